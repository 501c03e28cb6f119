import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { makePlace, type Place, query } from '../../embedded-database/place.js';
import { runCli } from '../../support/cli.js';

let place: Place;
const reset = () =>
  runCli('cli/db-reset', [], {
    DATA_DIR: path.join(place.folder, '.data'),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/never',
  });

beforeAll(() => {
  place = makePlace();
});

afterAll(() => place.clean());

describe('npm run db:reset', () => {
  it('refuses while the demo is connected, then forgets database, keys and world', async () => {
    const demo = await place.start();
    const files = ['master-keys', 'demo-world.json'].map((file) => path.join(demo.dataDir, file));
    for (const file of files) writeFileSync(file, '{}', { mode: 0o600 });
    await query(demo.ownerUrl, 'CREATE TABLE probe (id int)');
    const running = new Client({ connectionString: demo.appUrl });
    await running.connect();
    const refused = await reset();
    await running.end();
    await demo.stop();
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('stop it first') });

    expect(await reset()).toMatchObject({ code: 0, stdout: expect.stringContaining('starts from nothing') });
    expect(files.filter((file) => existsSync(file))).toEqual([]);
    const again = await place.start();
    const tables = await query(again.ownerUrl, `SELECT FROM pg_tables WHERE tablename = 'probe'`);
    await again.stop();
    expect(tables).toHaveLength(0);
  }, 120_000);
});
