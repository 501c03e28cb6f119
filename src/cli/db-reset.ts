/**
 * `npm run db:reset`: forgets the demo: its database, its master keys and its world in DATA_DIR. A database that
 * DATABASE_URL names is never touched.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { startDatabase } from '../embedded-database/index.js';

const DEMO_FILES = ['master-keys', 'demo-world.json'];

const database = await startDatabase({ dataDir: process.env['DATA_DIR'] ?? '.data' });
try {
  if (await dropUnused(database.adminUrl, new URL(database.appUrl).pathname.slice(1))) {
    for (const file of DEMO_FILES) rmSync(path.join(database.dataDir, file), { force: true });
    console.log('The demo starts from nothing next time. 演示数据已清空，下次启动将重新生成。');
  } else {
    console.error('The demo is running: stop it first. 演示正在运行，请先停止。');
    process.exitCode = 1;
  }
} finally {
  await database.stop();
}

/** @returns false, and drops nothing, when somebody is connected. The next start makes the database again. */
async function dropUnused(adminUrl: string, name: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name]);
    if (rows.length > 0) return false;
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)}`);
    return true;
  } finally {
    await client.end();
  }
}
