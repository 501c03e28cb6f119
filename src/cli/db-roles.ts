import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { APP_ROLE, OWNER_ROLE } from '../platform/database/role-names.js';
import { DatabaseRolesError, ensureRoles, randomPassword, urlForRole } from '../platform/database/roles.js';

const USAGE = [
  'npm run db:roles -- --admin-url postgres://ADMIN:PASSWORD@HOST:5432/postgres [--database wecom_scrm] [--reset-passwords]',
  '  Creates the roles wecom_scrm_owner and wecom_scrm_app and the database; may be repeated.',
  '  创建角色 wecom_scrm_owner、wecom_scrm_app 与数据库，可重复执行。',
  '  ADMIN_DATABASE_URL               instead of --admin-url | 可代替 --admin-url',
  '  OWNER_PASSWORD, APP_PASSWORD     default: random | 默认随机生成',
  '  --reset-passwords                also of roles that exist | 同时重设已有角色的密码',
].join('\n');

/**
 * `npm run db:roles`: prepares a PostgreSQL server for production. The two URLs are printed once and stored nowhere.
 * @returns the exit code.
 */
export async function dbRoles(
  args: string[],
  env: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<number> {
  const given = readArguments(args, env);
  if (!given) {
    print(USAGE);
    return 2;
  }
  const { adminUrl, database, resetPasswords } = given;
  const ownerPassword = env['OWNER_PASSWORD'] || randomPassword();
  const appPassword = env['APP_PASSWORD'] || randomPassword();
  const admin = new Client({ connectionString: adminUrl });
  // The statement in progress fails too and says why; the event alone would end the process without a word.
  admin.on('error', () => undefined);
  try {
    await admin.connect();
    const done = await ensureRoles(admin, { database, ownerPassword, appPassword, resetPasswords });
    print(done.databaseCreated ? `# ${database}: created | 已创建` : `# ${database}: exists | 已存在`);
    const url = (role: 'owner' | 'app', password: string): string =>
      urlForRole(adminUrl, role, password, database);
    printUrl(print, 'DATABASE_URL', APP_ROLE, done.appPasswordSet ? url('app', appPassword) : undefined);
    printUrl(
      print,
      'DATABASE_MIGRATION_URL',
      OWNER_ROLE,
      done.ownerPasswordSet ? url('owner', ownerPassword) : undefined,
    );
    return 0;
  } catch (error) {
    print(explain(error));
    return 1;
  } finally {
    await admin.end().catch(() => undefined);
  }
}

function printUrl(
  print: (line: string) => void,
  variable: string,
  role: string,
  url: string | undefined,
): void {
  if (url) {
    print(`${variable}=${url}`);
    return;
  }
  print(
    `# ${variable}: ${role} exists, its password is unchanged; --reset-passwords sets a new one | ` +
      '角色已存在，密码未改动；如需重设请加 --reset-passwords',
  );
}

function readArguments(
  args: string[],
  env: NodeJS.ProcessEnv,
): { adminUrl: string; database: string; resetPasswords: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        'admin-url': { type: 'string' },
        database: { type: 'string', default: 'wecom_scrm' },
        'reset-passwords': { type: 'boolean', default: false },
      },
    });
    const adminUrl = values['admin-url'] ?? env['ADMIN_DATABASE_URL'];
    if (!adminUrl || !/^postgres(ql)?:\/\/\S+$/.test(adminUrl)) return undefined;
    return { adminUrl, database: values.database, resetPasswords: values['reset-passwords'] };
  } catch {
    return undefined;
  }
}

/** Never the error itself: it may carry the admin's URL. */
function explain(error: unknown): string {
  if (error instanceof DatabaseRolesError) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  return `Cannot work on the server | 无法操作数据库服务器: ${reason}`;
}

const isEntry =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isEntry) {
  process.exitCode = await dbRoles(process.argv.slice(2), process.env, (line) => {
    process.stdout.write(`${line}\n`);
  });
}
