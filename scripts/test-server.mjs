/**
 * One PostgreSQL for all that a command starts, ended afterwards: the one that TEST_ADMIN_DATABASE_URL names, else the
 * embedded one. Needs the build.
 */
export async function withTestServer(work) {
  if (process.env.TEST_ADMIN_DATABASE_URL) return work();
  const { startDatabase } = await import('../dist/src/embedded-database/index.js');
  const database = await startDatabase({ dataDir: '.data/test' });
  process.env.TEST_ADMIN_DATABASE_URL = database.adminUrl;
  try {
    return await work();
  } finally {
    delete process.env.TEST_ADMIN_DATABASE_URL; // the next step starts one of its own
    await database.stop();
  }
}
