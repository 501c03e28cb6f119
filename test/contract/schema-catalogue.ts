import type { Client } from 'pg';
import { APP_ROLE, OWNER_ROLE } from '../../src/platform/database/role-names.js';
import { tenantlessTables } from '../../src/platform/database/tenantless-tables.js';
import { appendOnlyTables, ownersFunctions, specialGrants } from './schema-expected.js';

/** graphile-worker's schema is its own; `job-tables.ts` opens it to the app role and a test of the jobs sees it work. */
const OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'graphile_worker')
  AND n.nspname NOT LIKE 'pg_temp%' AND n.nspname NOT LIKE 'pg_toast%'`;
const WALL = `(corp_id = (NULLIF(current_setting('app.corp_id'::text, true), ''::text))::uuid)`;
const ALL_GRANTS = 'SELECT, INSERT, UPDATE, DELETE';

interface Table {
  name: string;
  schema: string;
  corp_column: string | null;
  rls: boolean;
  forced: boolean;
  policies: { name: string; command: string; permissive: boolean; using: string; check: string }[];
  uniques: { name: string; lead: string; primary: boolean }[];
  grants: string[];
}

async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT n.nspname || '.' || c.relname AS name, n.nspname AS schema,
            c.relrowsecurity AS rls, c.relforcerowsecurity AS forced,
            (SELECT format_type(a.atttypid, NULL) || CASE WHEN a.attnotnull THEN '' ELSE ' null' END
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'corp_id') AS corp_column,
            coalesce((SELECT json_agg(json_build_object('name', p.polname, 'command', p.polcmd,
                'permissive', p.polpermissive, 'using', coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
                'check', coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')))
               FROM pg_policy p WHERE p.polrelid = c.oid), '[]') AS policies,
            coalesce((SELECT json_agg(json_build_object('name', i.indexrelid::regclass::text,
                'lead', pg_get_indexdef(i.indexrelid, 1, true), 'primary', i.indisprimary))
               FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique), '[]') AS uniques,
            ARRAY(SELECT g.privilege_type || CASE WHEN g.grantee = 0 THEN ' by everybody' ELSE '' END
                      || coalesce(' (' || string_agg(g.attname, ', ' ORDER BY g.attname) || ')', '')
               FROM (SELECT NULL AS attname, (aclexplode(c.relacl)).*
                      UNION ALL SELECT a.attname, (aclexplode(a.attacl)).* FROM pg_attribute a WHERE a.attrelid = c.oid) g
              WHERE g.grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = $1))
              GROUP BY g.privilege_type, g.grantee
              ORDER BY array_position(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], g.privilege_type)) AS grants
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${OURS} ORDER BY 1`,
    [APP_ROLE],
  );
  return rows;
}

/** Every table that is not behind the tenant wall, or listed as having no tenant. One line a fault. */
export async function findWallFaults(client: Client): Promise<string[]> {
  const tables = await listTables(client);
  const faults = tables.flatMap((table) =>
    table.name in tenantlessTables ? tenantlessFaults(table) : tenantFaults(table),
  );
  const names = new Set(tables.map((table) => table.name));
  const gone = Object.keys(tenantlessTables).filter((name) => !names.has(name));
  return [...faults, ...gone.map((name) => `${name}: listed as tenantless but does not exist`)];
}

function tenantlessFaults(table: Table): string[] {
  return table.schema === 'platform' ? [] : [`${table.name}: only schema platform has tenantless tables`];
}

function tenantFaults(table: Table): string[] {
  const faults: string[] = [];
  if (!table.corp_column) return [`${table.name}: no corp_id, and not listed in tenantless-tables.ts`];
  if (table.corp_column !== 'uuid') faults.push(`corp_id is ${table.corp_column}, not uuid NOT NULL`);
  if (!table.rls) faults.push('row-level security is not enabled');
  if (!table.forced) faults.push('row-level security is not forced');
  const [policy, ...others] = table.policies;
  if (!policy) faults.push('no policy');
  if (others.length > 0) faults.push('more than one policy: permissive ones open each other');
  if (policy && policy.command !== '*') faults.push('the policy does not guard every command');
  if (policy && policy.using !== WALL) faults.push(`USING is ${policy.using}`);
  if (policy && policy.check !== WALL) faults.push(`WITH CHECK is ${policy.check || 'missing'}`);
  if (!table.uniques.some((unique) => unique.primary)) faults.push('no primary key');
  for (const unique of table.uniques) {
    if (unique.lead !== 'corp_id') faults.push(`${unique.name} does not start with corp_id`);
  }
  return faults.map((fault) => `${table.name}: ${fault}`);
}

/** Every grant that differs from the list, and whatever else would let the app role around the wall. */
export async function findRoleFaults(client: Client): Promise<string[]> {
  const tables = await listTables(client);
  const faults = tables.flatMap((table) => {
    const expected = specialGrants[table.name] ?? ALL_GRANTS;
    const granted = table.grants.join(', ');
    return granted === expected
      ? []
      : [`${table.name}: granted ${granted || 'nothing'}, expected ${expected}`];
  });
  const names = new Set(tables.map((table) => table.name));
  for (const name of Object.keys(specialGrants))
    if (!names.has(name)) faults.push(`${name}: has grants but does not exist`);
  const { rows } = await client.query<{ fault: string }>(
    `SELECT 'the app role owns ' || c.oid::regclass AS fault FROM pg_class c WHERE c.relowner = $1::text::regrole
     UNION ALL SELECT 'the app role owns function ' || p.oid::regprocedure FROM pg_proc p WHERE p.proowner = $1::text::regrole
     UNION ALL SELECT 'the app role may create in schema ' || n.nspname FROM pg_namespace n
       WHERE n.nspname NOT LIKE 'pg_%' AND has_schema_privilege($1::text, n.oid, 'CREATE')
     UNION ALL SELECT 'the app role is a member of the owner role' WHERE pg_has_role($1::text, $2::text, 'MEMBER')
     UNION ALL SELECT 'role ' || rolname || ' is superuser or has BYPASSRLS' FROM pg_roles
       WHERE rolname IN ($1::text, $2::text) AND (rolsuper OR rolbypassrls)
     UNION ALL SELECT c.oid::regclass || ': a view without security_invoker reads past the wall'
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'm' AND ${OURS} OR c.relkind = 'v' AND ${OURS}
         AND NOT coalesce(c.reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on']
     UNION ALL SELECT p.oid::regprocedure || ': a SECURITY DEFINER function reads past the wall'
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE p.prosecdef AND p.oid::regprocedure::text <> ALL ($3) AND ${OURS}
     UNION ALL SELECT c.oid::regclass || ': a partition that can be read past the table'
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relispartition AND c.relkind = 'r' AND (NOT c.relrowsecurity OR c.relacl::text LIKE '%' || $1 || '%') AND ${OURS}
     UNION ALL SELECT con.conname || ': a foreign key from schema to schema'
       FROM pg_constraint con JOIN pg_class a ON a.oid = con.conrelid JOIN pg_class b ON b.oid = con.confrelid
       WHERE con.contype = 'f' AND a.relnamespace <> b.relnamespace`,
    [APP_ROLE, OWNER_ROLE, Object.keys(ownersFunctions)],
  );
  return [...faults, ...rows.map((row) => row.fault)];
}

/** Functions and triggers in the form of `schema-expected.ts`. */
export async function listFunctions(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS} ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

export async function listTriggers(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT n.nspname || '.' || c.relname || ': ' || t.tgname
            || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ' (off)' END
            || CASE WHEN t.tgtype & 2 = 2 THEN ' BEFORE ' ELSE ' AFTER ' END
            || concat_ws(', ', CASE WHEN t.tgtype & 8 = 8 THEN 'DELETE' END, CASE WHEN t.tgtype & 4 = 4 THEN 'INSERT' END,
                 CASE WHEN t.tgtype & 16 = 16 THEN 'UPDATE' END, CASE WHEN t.tgtype & 32 = 32 THEN 'TRUNCATE' END) AS line
       FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT t.tgisinternal AND ${OURS} ORDER BY 1`,
  );
  return rows.map((row) => row.line);
}

/** Append-only tables that somebody could change after all. */
export async function findAppendOnlyFaults(client: Client): Promise<string[]> {
  const triggers = new Set(await listTriggers(client));
  return appendOnlyTables.flatMap((table) => {
    const needed = [
      `${table}: append_only BEFORE DELETE, UPDATE`,
      `${table}: append_only_truncate BEFORE TRUNCATE`,
    ];
    const grants = specialGrants[table] ?? ALL_GRANTS;
    return [
      ...needed.filter((line) => !triggers.has(line)).map((line) => `missing trigger ${line}`),
      ...(/UPDATE|DELETE/.test(grants) ? [`${table}: the app role may change it`] : []),
    ];
  });
}

/** Columns named `…_sealed` and the registered ones, in both directions; and that a row id finds one row. */
export async function findSealedColumnFaults(
  client: Client,
  registered: readonly { table: string; column: string; rowId: string; blindIndex?: { column: string } }[],
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname || '.' || a.attname AS name
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND a.attname LIKE '%\\_sealed' AND NOT a.attisdropped AND ${OURS}`,
  );
  const known = new Set(registered.map((column) => `${column.table}.${column.column}`));
  const faults = rows.filter((row) => !known.has(row.name)).map((row) => `${row.name}: not registered`);
  for (const column of registered) {
    const { rows: shape } = await client.query<{ present: boolean; indexed: boolean; unique_index: boolean }>(
      `SELECT count(a.*) FILTER (WHERE a.attname = $2 AND a.atttypid = 'text'::regtype) = 1 AS present,
              EXISTS (SELECT FROM pg_index i WHERE i.indrelid = to_regclass($1)
                AND pg_get_indexdef(i.indexrelid, 1, true) = 'corp_id'
                AND pg_get_indexdef(i.indexrelid, 2, true) = $3) AS indexed,
              EXISTS (SELECT FROM pg_index i, unnest(i.indkey) k JOIN pg_attribute u ON u.attnum = k
                WHERE i.indrelid = to_regclass($1) AND i.indisunique AND u.attrelid = i.indrelid AND u.attname = $4) AS unique_index
         FROM pg_attribute a WHERE a.attrelid = to_regclass($1)`,
      [column.table, column.column, column.rowId, column.blindIndex?.column ?? ''],
    );
    const name = `${column.table}.${column.column}`;
    if (!shape[0]?.present) faults.push(`${name}: registered, but there is no such text column`);
    if (!shape[0]?.indexed) faults.push(`${name}: no index starts with (corp_id, ${column.rowId})`);
    if (shape[0]?.unique_index)
      faults.push(`${name}: its blind index is in a unique index, which a rotation would break`);
  }
  return faults;
}
