import type { DataSource } from 'typeorm';

/** What is wrong with the role that the application connects as; empty when it may serve. */
export async function findRoleFaults(dataSource: DataSource): Promise<string[]> {
  const [role] = await dataSource.query<
    { name: string; superuser: boolean; bypass: boolean; owned: number }[]
  >(`
    SELECT current_user AS name, r.rolsuper AS superuser, r.rolbypassrls AS bypass,
           (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER')
               AND (n.nspname = 'platform' OR EXISTS (
                 SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'corp_id'))) AS owned
      FROM pg_roles r WHERE r.rolname = current_user`);
  const faults: string[] = [];
  if (role?.superuser) faults.push(`role ${role.name} is a superuser`);
  if (role?.bypass) faults.push(`role ${role.name} has BYPASSRLS`);
  if (role && role.owned > 0) faults.push(`role ${role.name} owns ${role.owned} business tables`);
  return faults;
}

/** @throws a message for the operator: row-level security would not hold for this role. */
export async function assertAppRole(dataSource: DataSource): Promise<void> {
  const faults = await findRoleFaults(dataSource);
  if (faults.length === 0) return;
  throw new Error(
    [
      `DATABASE_URL connects with a role that row-level security does not bind: ${faults.join('; ')}.`,
      `DATABASE_URL 使用的数据库角色不受行级安全约束。`,
      `Create the two roles / 创建两个角色: npm run db:roles -- --admin-url postgres://ADMIN@HOST/postgres`,
    ].join('\n'),
  );
}
