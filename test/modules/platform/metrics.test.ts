import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Database } from '../../../src/platform/database/database.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { defineJob } from '../../../src/platform/jobs/job.js';
import { Jobs } from '../../../src/platform/jobs/jobs.js';
import { JobsHttpModule } from '../../../src/platform/jobs/jobs.module.js';
import { Operations } from '../../../src/platform/operations/operations.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { Syncs } from '../../../src/platform/sync/syncs.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

const job = defineJob<{ corpId: CorpId }>('metrics.probe', { attemptsMax: 3 });
let http: TestHttp;
let corpId: CorpId;

beforeAll(async () => {
  http = await startTestHttp([EventsModule, OperationsModule, SyncModule, JobsHttpModule]);
  corpId = (await http.addCorp()).id;
});
afterAll(async () => http.close());

/** The figures whose name begins so, by their labels. */
async function read(name: string): Promise<Record<string, number>> {
  const answer = await http.call(http.operatorKey, { method: 'GET', url: '/metrics' });
  expect(answer.statusCode).toBe(200);
  const lines = answer.body
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(name.length, end), Number(line.slice(end))];
    }),
  );
}

it('tells what waits, since when, what runs and what is parked, by job', async () => {
  const unit = http.get(UnitOfWork);
  for (let count = 0; count < 5; count++) {
    await unit.run(corpId, () => http.get(Jobs).enqueue(job, { corpId }));
  }
  await unit.run(corpId, () => http.get(Jobs).enqueue(job, { corpId }, { delayMs: 60_000 }));
  await http.sql(`
    UPDATE graphile_worker._private_jobs SET run_at = now() - interval '90 s' WHERE id = 1;
    UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE id = 2;
    UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'x' WHERE id IN (3, 4);
    INSERT INTO platform.job_pools VALUES ('alive', now()), ('dead', now() - interval '1 min')`);
  const label = '{job="metrics.probe"}';
  expect(await read('jobs_waiting')).toEqual({ [label]: 2 });
  expect((await read('jobs_oldest_wait_seconds'))[label]).toBeGreaterThanOrEqual(90);
  expect(await read('jobs_running')).toEqual({ [label]: 2 });
  expect(await read('jobs_parked')).toEqual({ [label]: 1 });
  expect(await read('job_pools_alive')).toEqual({ '': 1 });

  await http.sql('DELETE FROM graphile_worker._private_jobs');
  expect(await read('jobs_waiting')).toEqual({});
});

it('tells how old the oldest mirror of an active corp is', async () => {
  http.get(Syncs).register({
    kind: 'metrics.sync',
    first: { stage: 0, key: 'x' },
    load: async () => undefined,
    apply: async () => ({}),
    countMissing: async () => ({}),
    endMissing: async () => 0,
  });
  const ago = async (table: string, hours: number) =>
    http.sql(`UPDATE ${table} SET created_at = $1`, [
      new Date(http.clock.now().getTime() - hours * 3_600_000),
    ]);
  const hoursOf = async () =>
    Math.round((await read('sync_age_seconds'))['{sync="metrics.sync"}']! / 360) / 10;
  await ago('platform.corps', 5);
  expect(await hoursOf()).toBe(5);

  const unit = http.get(UnitOfWork);
  const id = await unit.run(corpId, () => http.get(Operations).start('metrics.sync'));
  await unit.run(corpId, () => http.get(Operations).fail(id, 'sync.superseded'));
  expect(await hoursOf()).toBe(5);
  const next = await unit.run(corpId, () => http.get(Operations).start('metrics.sync'));
  await unit.run(corpId, () => http.get(Operations).succeed(next, {}));
  await unit.run(corpId, () =>
    http
      .get(Database)
      .query('UPDATE platform.operations SET started_at = $1', [
        new Date(http.clock.now().getTime() - 2 * 3_600_000),
      ]),
  );
  expect(await hoursOf()).toBe(2);
});

it('counts the connections of the process', async () => {
  const figures = await read('database_connections');
  expect(Object.keys(figures).sort()).toEqual(['{state="idle"}', '{state="used"}', '{state="waiting"}']);
});

it('answers without the figures of the database when that is away', async () => {
  await read('jobs_waiting');
  const { driver } = http.get(DataSource) as unknown as {
    driver: { master: { connect(answer: (error: Error) => void): void } };
  };
  const away = jest.spyOn(driver.master, 'connect').mockImplementation((answer) => answer(new Error('away')));
  try {
    expect([await read('jobs_waiting'), await read('job_pools_alive')]).toEqual([{}, { '': 0 }]);
    expect(Object.keys(await read('process_cpu_seconds_total'))).toHaveLength(1);
  } finally {
    away.mockRestore();
  }
  expect(await read('sync_age_seconds')).not.toEqual({});
});
