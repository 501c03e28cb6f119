import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { APP_ROLE, OWNER_ROLE } from './role-names.js';

/** One name for all who create roles at once: PostgreSQL answers concurrent role changes with internal errors. */
const LOCK_KEY = 7_203_114;
const SCRAM_ITERATIONS = 4096;
const PRINTABLE_ASCII = /^[\x21-\x7e]{8,200}$/;

export interface RoleRequest {
  readonly database: string;
  readonly ownerPassword: string;
  readonly appPassword: string;
  /** Also set the passwords of roles that exist already. Default: such roles keep theirs. */
  readonly resetPasswords?: boolean;
}

export interface RoleOutcome {
  /** Whether the role now has the password of the request. */
  readonly ownerPasswordSet: boolean;
  readonly appPasswordSet: boolean;
  readonly databaseCreated: boolean;
}

export class DatabaseRolesError extends Error {
  override readonly name = 'DatabaseRolesError';
}

/**
 * Makes sure that the database and its two roles exist: the owner, which migrates, and the app role, which serves and can
 * neither pass row-level security nor own a table. Idempotent, and safe when several run it at once.
 *
 * The admin needs CREATEROLE, and CREATEDB unless the database exists; it need not be a superuser (managed PostgreSQL).
 * A database that exists keeps its owner: the owner role then only gets the right to create schemas in it.
 * @param admin connected to any database of the server but a transaction pooler.
 * @throws DatabaseRolesError when the admin may not do what is needed; its text says what to do.
 */
export async function ensureRoles(admin: Client, request: RoleRequest): Promise<RoleOutcome> {
  for (const password of [request.ownerPassword, request.appPassword]) {
    if (PRINTABLE_ASCII.test(password)) continue;
    throw new DatabaseRolesError(
      '密码应为 8 至 200 个可打印的 ASCII 字符，且不含空格。\n' +
        'A password must be 8 to 200 printable ASCII characters without spaces.',
    );
  }
  await admin.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    const ownerPasswordSet = await ensureRole(admin, OWNER_ROLE, request.ownerPassword, request);
    const appPasswordSet = await ensureRole(admin, APP_ROLE, request.appPassword, request);
    const databaseCreated = await asMemberOfOwner(admin, () => ensureDatabase(admin, request.database));
    return { ownerPasswordSet, appPasswordSet, databaseCreated };
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
  }
}

/** A password of 48 hex digits (192 random bits): needs no escaping in a URL or an environment file. */
export function randomPassword(): string {
  return randomBytes(24).toString('hex');
}

/** The same server and options as `adminUrl`, but another role and database. */
export function urlForRole(
  adminUrl: string,
  role: 'owner' | 'app',
  password: string,
  database: string,
): string {
  // A socket URL such as postgres://admin:pw@/db?host=/run is valid for PostgreSQL but not for the URL class.
  const url = new URL(adminUrl.replace(/^([a-z]+:\/\/(?:[^/@]*@)?)\//, '$1localhost/'));
  for (const name of ['user', 'password', 'dbname']) url.searchParams.delete(name);
  // libpq reads a plus sign as itself.
  url.search = url.search.replaceAll('+', '%20');
  url.username = role === 'owner' ? OWNER_ROLE : APP_ROLE;
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

interface RoleState {
  rolcanlogin: boolean;
  rolsuper: boolean;
  rolbypassrls: boolean;
  rolcreatedb: boolean;
  rolcreaterole: boolean;
}

/** @returns whether the role now has this password. */
async function ensureRole(
  admin: Client,
  role: string,
  password: string,
  { resetPasswords }: RoleRequest,
): Promise<boolean> {
  const name = escapeIdentifier(role);
  const { rows } = await admin.query<RoleState>(
    'SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = $1',
    [role],
  );
  const state = rows[0];
  const secret = `PASSWORD ${escapeLiteral(scramVerifier(password))}`;
  if (!state) {
    await explain(
      admin.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE ${secret}`),
    );
    return true;
  }
  if (state.rolsuper || state.rolbypassrls) {
    // Only here, since a managed PostgreSQL refuses a statement that as much as names these two.
    await explain(admin.query(`ALTER ROLE ${name} NOSUPERUSER NOBYPASSRLS`));
  }
  if (!state.rolcanlogin || state.rolcreatedb || state.rolcreaterole) {
    await explain(admin.query(`ALTER ROLE ${name} LOGIN NOCREATEDB NOCREATEROLE`));
  }
  if (resetPasswords) await explain(admin.query(`ALTER ROLE ${name} ${secret}`));
  return resetPasswords === true;
}

async function ensureDatabase(admin: Client, database: string): Promise<boolean> {
  const name = escapeIdentifier(database);
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  const created = rowCount === 0;
  if (created) {
    await explain(
      admin.query(`CREATE DATABASE ${name} OWNER ${OWNER_ROLE} ENCODING 'UTF8' TEMPLATE template0`),
    );
    await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  }
  await explain(admin.query(`GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${name} TO ${OWNER_ROLE}`));
  await explain(admin.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${APP_ROLE}`));
  return created;
}

/** Whoever is no superuser must be a member of the owner role to give it a database; the membership ends afterwards. */
async function asMemberOfOwner<T>(admin: Client, work: () => Promise<T>): Promise<T> {
  // USAGE, not MEMBER: since PostgreSQL 16 the creator of a role is a member that may neither use nor set it.
  const { rows } = await admin.query<{ member: boolean }>(`SELECT pg_has_role($1, 'USAGE') AS member`, [
    OWNER_ROLE,
  ]);
  if (rows[0]?.member) return work();
  await explain(admin.query(`GRANT ${OWNER_ROLE} TO CURRENT_USER`));
  try {
    return await work();
  } finally {
    await admin.query(`REVOKE ${OWNER_ROLE} FROM CURRENT_USER`);
  }
}

async function explain<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new DatabaseRolesError(
      `数据库拒绝创建角色或数据库：管理员角色需要 CREATEROLE；数据库不存在时还需要 CREATEDB，或请先建好数据库。(${error.message})\n` +
        'The server refused: the admin role needs CREATEROLE, and CREATEDB unless the database exists already; ' +
        `or create the database first. (${error.message})`,
    );
  }
}

/** Sent in place of the password, so that no server log ever holds it. Format: PostgreSQL, "pg_authid.rolpassword". */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, 'sha256');
  const keyOf = (label: string) => createHmac('sha256', salted).update(label).digest();
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const serverKey = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
