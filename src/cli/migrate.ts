/**
 * `npm run migrate`: brings the schema up to date as the owner role and prints what ran; safe to start several times at
 * once. `--check` changes nothing and ends with 1 when migrations are pending.
 */
import { migrate, pendingMigrations } from '../platform/database/migrate.js';

const ownerUrl = process.env.DATABASE_MIGRATION_URL;

if (!ownerUrl) {
  console.error(
    'DATABASE_MIGRATION_URL is not set: the role that owns the tables (npm run db:roles makes it).',
  );
  console.error('未设置 DATABASE_MIGRATION_URL：应为拥有数据表的角色（可用 npm run db:roles 创建）。');
  process.exitCode = 2;
} else {
  try {
    await (process.argv.includes('--check') ? check(ownerUrl) : run(ownerUrl));
  } catch (error) {
    // The message alone: a stack or the error's fields could show the URL with its password.
    console.error(`Migration failed / 迁移失败: ${error instanceof Error ? error.message : 'unknown error'}`);
    process.exitCode = 1;
  }
}

async function run(url: string): Promise<void> {
  const ran = await migrate(url);
  for (const name of ran) console.log(`ran / 已执行: ${name}`);
  console.log(
    `${ran.length} migrations ran, the schema is up to date. 已执行 ${ran.length} 个迁移，数据库结构为最新。`,
  );
}

async function check(url: string): Promise<void> {
  const pending = await pendingMigrations(url);
  for (const timestamp of pending) console.log(`pending / 待执行: ${timestamp}`);
  console.log(`${pending.length} migrations pending. 待执行迁移 ${pending.length} 个。`);
  if (pending.length > 0) process.exitCode = 1;
}
