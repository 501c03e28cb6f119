import path from 'node:path';
import { root } from '../../scripts/compiled-sources.mjs';
import { startDatabase } from '../../src/embedded-database/index.js';

const DATA_DIR = path.join(root, '.data/test');
let started: Promise<string> | undefined;

/**
 * Administrator's URL of the PostgreSQL server that all tests of one run share: TEST_ADMIN_DATABASE_URL, else an
 * embedded one, which every worker joins and the last one ends.
 */
export function testClusterUrl(): Promise<string> {
  started ??= findCluster();
  return started;
}

async function findCluster(): Promise<string> {
  const given = process.env['TEST_ADMIN_DATABASE_URL'];
  if (given) return given;
  const database = await startDatabase({ dataDir: DATA_DIR, console: () => undefined });
  return database.adminUrl;
}
