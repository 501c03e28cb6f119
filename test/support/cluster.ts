/** The PostgreSQL server that all tests of one run share: a given one, else the embedded one. */
export async function testClusterUrl(): Promise<string> {
  const given = process.env.TEST_ADMIN_DATABASE_URL;
  if (given) return given;
  throw new Error('TEST_ADMIN_DATABASE_URL is not set');
}
