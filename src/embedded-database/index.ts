import path from 'node:path';
import { Client } from 'pg';
import { ensureRoles, urlForRole } from '../platform/database/roles.js';
import { type Binaries, type BinarySource, assertPlatform, findBinaries } from './binaries.js';
import { ADMIN_ROLE, createCluster, majorOfCluster } from './cluster.js';
import { type Credentials, loadCredentials } from './credentials.js';
import { type DataFolder, openDataFolder, standardFallbackFolder } from './data-folder.js';
import { type DatabaseUser, findDatabaseUser } from './database-user.js';
import { startServer } from './launcher.js';
import { endPostmaster, findPostmaster } from './postmaster.js';
import { isServerUsed, joinServer } from './server-users.js';
import { type ServerAddress, urlAt } from './server-address.js';
import { withStarterLock } from './starter-lock.js';

export { EmbeddedDatabaseError, type EmbeddedDatabaseErrorCode } from './embedded-database.error.js';

const DATABASE = 'wecom_scrm';

export interface EmbeddedDatabaseOptions {
  /** Where data is wanted, for example `.data`. Where it really is stands in the answer. */
  readonly dataDir: string;
  /** Prints a line for the user. Default: stdout. */
  readonly console?: (line: string) => void;
  /** Uses this PostgreSQL or none. Default: EMBEDDED_DATABASE_SOURCE, else an installed one, else the npm package's. */
  readonly only?: BinarySource;
  /** For tests: instead of `/var/lib/wecom-scrm` or `~/.local/share/wecom-scrm`. */
  readonly fallbackFolder?: string;
  /** For tests: instead of the platform's package in `node_modules`. */
  readonly packageFolder?: string;
}

export interface EmbeddedDatabase {
  readonly source: BinarySource;
  /** Superuser, database `postgres`. All URLs hold a password: never log them. */
  readonly adminUrl: string;
  /** Owner of the database: migrates. */
  readonly ownerUrl: string;
  /** Serves; bound by row-level security. */
  readonly appUrl: string;
  /** Where the data is. Keep everything that belongs to it (keys above all) here too, so that it is never torn apart. */
  readonly dataDir: string;
  /** Ends the server, unless another living process uses it too; then the last one ends it. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL for trying out and for tests, or joins the one that already serves this folder (a second start, or
 * a start after `kill -9`). It listens on a unix socket or on 127.0.0.1 only and asks for a password.
 * @throws EmbeddedDatabaseError with a message for the user.
 */
export async function startDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const print = options.console ?? ((line: string): void => void process.stdout.write(`${line}\n`));
  assertPlatform();
  const user = findDatabaseUser();
  const fallbackFolder = options.fallbackFolder ?? standardFallbackFolder();
  const folder = await openDataFolder(options.dataDir, user, fallbackFolder);
  if (folder.fellBack) {
    const wanted = path.resolve(options.dataDir);
    print(
      `The data is in ${folder.dataDir}, as the database user cannot use ${wanted}. ` +
        `数据库用户无法使用 ${wanted}，数据保存在 ${folder.dataDir}。`,
    );
  }
  return withStarterLock(folder.home, async () => {
    const major = majorOfCluster(folder.home);
    const binaries = await findBinaries({
      user,
      fallbackFolder,
      only: options.only ?? forcedSource(),
      existing: major === undefined ? undefined : { major, home: folder.home },
      packageFolder: options.packageFolder,
    });
    return open(folder, binaries, user);
  });
}

async function open(folder: DataFolder, binaries: Binaries, user: DatabaseUser): Promise<EmbeddedDatabase> {
  const { home, dataDir } = folder;
  const isNew = majorOfCluster(home) === undefined;
  const credentials = loadCredentials(home, isNew);
  if (isNew) await createCluster(home, binaries, user, credentials.admin);
  const adminUrlAt = (address: ServerAddress): string =>
    urlAt(address, ADMIN_ROLE, credentials.admin, 'postgres');
  const stop = stopper(home);
  try {
    const { address } = await startServer({ home, binaries, user, adminUrlAt });
    const adminUrl = adminUrlAt(address);
    await ensureRolesAt(adminUrl, credentials);
    return {
      source: binaries.source,
      adminUrl,
      ownerUrl: urlForRole(adminUrl, 'owner', credentials.owner, DATABASE),
      appUrl: urlForRole(adminUrl, 'app', credentials.app, DATABASE),
      dataDir,
      stop: () => withStarterLock(home, stop),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ensureRolesAt(adminUrl: string, credentials: Credentials): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  // Whoever is waiting learns of a lost connection by its statement; the event alone would end the process.
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    await ensureRoles(admin, {
      database: DATABASE,
      ownerPassword: credentials.owner,
      appPassword: credentials.app,
    });
  } finally {
    await admin.end();
  }
}

/** Both this and what it returns need the starter lock. */
function stopper(home: string): () => Promise<void> {
  const leave = joinServer(home);
  return async () => {
    leave();
    const server = findPostmaster(home);
    if (server && !isServerUsed(home)) await endPostmaster(home, server.pid);
  };
}

function forcedSource(): BinarySource | undefined {
  const value = process.env['EMBEDDED_DATABASE_SOURCE'];
  if (value === undefined || value === '') return undefined;
  if (value === 'installed' || value === 'npm-package') return value;
  throw new Error(
    'EMBEDDED_DATABASE_SOURCE must be installed or npm-package / 应为 installed 或 npm-package',
  );
}
