import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedDatabase } from '../../src/embedded-database/index.js';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { makePlace, pidOf, type Place, provideInstalled, query } from './place.js';

/** The machine may be busy with other tests: initdb alone then takes many seconds. */
const START_MAX_MS = 60_000;
jest.setTimeout(90_000);

let place: Place;
let children: TestProcess[];

beforeEach(() => {
  provideInstalled();
  place = makePlace();
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.kill();
  await place.clean();
});

function startChild(): TestProcess {
  const child = startTestProcess('test/embedded-database/starter.process.ts', {
    TEST_DATA_DIR: path.join(place.folder, '.data'),
  });
  children.push(child);
  return child;
}

function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

async function takesPidFileOfAnotherProcessForStale(database: EmbeddedDatabase): Promise<void> {
  const file = path.join(database.dataDir, 'postgres', 'cluster', 'postmaster.pid');
  const text = readFileSync(file, 'utf8');
  const pid = pidOf(database);
  await database.stop();
  expect(gone(pid)).toBe(true);
  // After a reboot the number may belong to anything: here to this test.
  writeFileSync(file, text.replace(/^\d+/, String(process.pid)));

  const next = await place.start();
  expect(pidOf(next)).not.toBe(process.pid);
  expect(await query(next.adminUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  await next.stop();
}

describe('after kill -9', () => {
  it('of the starter joins its server, and of the server too recovers what was committed', async () => {
    const child = startChild();
    const { adminUrl } = (await child.message('started', START_MAX_MS)) as unknown as { adminUrl: string };
    await query(adminUrl, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
    await child.kill();

    const joined = await place.start();
    const pid = pidOf(joined);
    expect(joined.adminUrl).toBe(adminUrl);
    expect(await query(joined.adminUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
    expect(gone(pid)).toBe(false);

    process.kill(pid, 'SIGKILL');
    const recovered = await place.start();
    expect(pidOf(recovered)).not.toBe(pid);
    expect(await query(recovered.adminUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);

    // Both are starts of this process: the first to stop must not end the server of the other.
    await joined.stop();
    expect(await query(recovered.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await takesPidFileOfAnotherProcessForStale(recovered);
  });

  it('in the middle of initdb makes the cluster anew', async () => {
    const child = startChild();
    const home = path.join(place.folder, '.data', 'postgres');
    const isMaking = (): boolean =>
      existsSync(home) && readdirSync(home).some((name) => name.startsWith('cluster.'));
    while (!isMaking()) await sleep(5);
    await child.kill();
    expect(existsSync(path.join(home, 'cluster'))).toBe(false);

    const database = await place.start();
    expect(await query(database.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.stop();
    expect(readdirSync(home)).not.toContain('initdb.password');
  });
});

describe('several starters at once', () => {
  it('share one server, which lives until the last living one has stopped', async () => {
    const [first, second, killed] = [startChild(), startChild(), startChild()];
    const [mine] = await Promise.all([
      place.start(),
      ...[first, second, killed].map((child) => child.message('started', START_MAX_MS)),
    ]);
    const pid = pidOf(mine);
    const starts = readFileSync(path.join(mine.dataDir, 'postgres', 'server.log'), 'utf8');
    expect(starts.match(/starting PostgreSQL/g)).toHaveLength(1);

    await mine.stop();
    first.send({});
    await first.message('stopped');
    expect(gone(pid)).toBe(false);
    // Nobody waits for a starter that died without a word.
    await killed.kill();
    second.send({});
    await second.message('stopped');
    expect(gone(pid)).toBe(true);
  });
});
