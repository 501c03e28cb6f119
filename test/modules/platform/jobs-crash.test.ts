import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Client } from 'pg';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineEvent } from '../../../src/platform/events/event.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { Events } from '../../../src/platform/events/events.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';
import { TakenJobs } from '../../../src/platform/jobs/taken-jobs.js';
import { WorkerHeartbeat } from '../../../src/platform/jobs/worker-heartbeat.js';
import { startTestProcess, type TestProcess } from '../../support/child-process.js';
import { eventually } from '../../support/eventually.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const CORP = '00000000-0000-7000-8000-00000000000a' as CorpId;
const WORKER = 'test/support/processes/crashing-worker.ts';
const REDELIVERY_MAX_MS = 5_000;
const happened = defineEvent<{ n: number }>('chaos.happened', 1);

jest.setTimeout(60_000); // real processes start slowly on a busy machine

let platform: TestPlatform;
let unit: UnitOfWork;
let db: Database;
const running: TestProcess[] = [];
const beating: WorkerHeartbeat[] = [];

/** This process adds jobs and takes none; the children work. */
beforeAll(async () => {
  platform = await startTestPlatform((database) => ({
    imports: [
      JobsModule.register({ databaseUrl: database.appUrl, runWorker: false, concurrency: 1 }),
      EventsModule,
    ],
    providers: [
      {
        provide: 'consumer',
        inject: [EventConsumers],
        useFactory: (consumers: EventConsumers) => {
          consumers.register({ name: 'chaos.count', events: [happened], apply: async () => undefined });
          return true;
        },
      },
    ],
  }));
  unit = platform.get(UnitOfWork);
  db = platform.get(Database);
  await unit.run(undefined, () =>
    db.execute(
      `INSERT INTO platform.corps
       VALUES ($1::uuid, $1::text, '', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now())`,
      [CORP],
    ),
  );
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => child.kill()));
  await Promise.all(beating.splice(0).map((heartbeat) => heartbeat.end()));
  await unit.run(undefined, async () => {
    await db.execute(`UPDATE platform.corps SET name = ''`);
    await db.execute('DELETE FROM graphile_worker._private_jobs');
    await db.execute('DELETE FROM platform.job_pools');
  });
});

afterAll(async () => platform.close());

function spawnWorker(mode: string, env: Record<string, string> = {}): TestProcess {
  const child = startTestProcess(WORKER, { DATABASE_URL: platform.database.appUrl, MODE: mode, ...env });
  running.push(child);
  return child;
}

async function startWorker(mode: string): Promise<TestProcess> {
  const child = spawnWorker(mode);
  await child.message('ready');
  return child;
}

async function startHeartbeat(poolId: string, onRevived: () => void = () => undefined): Promise<void> {
  const heartbeat = new WorkerHeartbeat(
    platform.database.appUrl,
    poolId,
    new TakenJobs(new EventEmitter()),
    onRevived,
  );
  beating.push(heartbeat);
  await heartbeat.begin();
}

/** One worker that has taken the job and stands where its mode says, and one that came after it and works. */
async function startDyingAndOther(mode: string): Promise<TestProcess> {
  const dying = spawnWorker(mode);
  const other = spawnWorker('work', { STANDBY: '1' });
  await Promise.all([dying.message('ready'), other.message('loaded')]);
  await append();
  await dying.message('stopped');
  other.send({ type: 'start' });
  await other.message('ready');
  return dying;
}

const append = () => unit.run(CORP, () => platform.get(Events).append(happened, { n: 1 }));
const effects = () =>
  unit.read(undefined, async () => (await db.one<{ name: string }>('SELECT name FROM platform.corps')).name);
const jobs = () =>
  unit.read(undefined, () =>
    db.query<{ attempts: number; locked: boolean }>(
      `SELECT attempts, locked_at IS NOT NULL AS locked FROM graphile_worker.jobs
        WHERE task_identifier = 'event:chaos.count'`,
    ),
  );
const jobsGone = () => eventually(async () => expect(await jobs()).toEqual([]), REDELIVERY_MAX_MS + 10_000);

describe('a worker that dies by kill -9', () => {
  it('inside the transaction: another one has done the job within 5 s, once', async () => {
    const dying = await startDyingAndOther('in-transaction');
    const killedAt = performance.now();
    await dying.kill();
    await jobsGone();
    expect(performance.now() - killedAt).toBeLessThan(REDELIVERY_MAX_MS);
    expect(await effects()).toBe('+');
  });

  it('between the commit and the completion: the job comes again within 5 s and has no second effect', async () => {
    const dying = await startDyingAndOther('after-commit');
    expect(await effects()).toBe('+');
    expect(await jobs()).toEqual([{ attempts: 1, locked: true }]);
    const killedAt = performance.now();
    await dying.kill();
    await jobsGone();
    expect(performance.now() - killedAt).toBeLessThan(REDELIVERY_MAX_MS);
    expect(await effects()).toBe('+');
  });
});

describe('a worker that lives', () => {
  it('keeps its job while its event loop is blocked for longer than a beat may be late', async () => {
    const blocked = await startWorker('blocked');
    let revived = 0;
    await startHeartbeat('pool-watcher', () => revived++);
    await append();
    await blocked.message('applied');
    await sleep(5_000);
    const [pool] = await unit.read(undefined, () =>
      db.query<{ late: boolean }>(
        `SELECT min(beat_at) < clock_timestamp() - interval '4 seconds' AS late FROM platform.job_pools`,
      ),
    );
    expect(pool?.late).toBe(true); // else the event loop was not blocked and this proves nothing
    expect([revived, await jobs()]).toEqual([0, [{ attempts: 1, locked: true }]]);
    await jobsGone();
    expect(await effects()).toBe('+');
  });

  it('finishes its job on shutdown, and leaves no sign of life behind', async () => {
    const worker = await startWorker('work');
    await append();
    await worker.message('applied');
    await worker.stop();
    expect(await jobs()).toEqual([]);
    expect(await unit.read(undefined, () => db.query('SELECT 1 FROM platform.job_pools'))).toEqual([]);
  });

  it('gives its job back on shutdown when it cannot finish in time', async () => {
    const stuck = await startWorker('in-transaction');
    await append();
    await stuck.message('stopped');
    const stopped = stuck.stop();
    await eventually(async () => expect(await jobs()).toEqual([{ attempts: 1, locked: false }]));
    await stuck.kill();
    await stopped;
    expect(await effects()).toBe('');
  });
});

describe('a heartbeat', () => {
  const lockJobFor = async (poolId: string) => {
    await append();
    await unit.run(undefined, async () => {
      await db.execute(
        'UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = $1, attempts = 1',
        [poolId],
      );
      await db.execute(`INSERT INTO platform.job_pools VALUES ($1, clock_timestamp() - interval '1 hour')`, [
        poolId,
      ]);
    });
  };

  it('gives back jobs of a pool that has lost both beat and lock, not of one that still holds the lock', async () => {
    const holder = new Client({ connectionString: platform.database.appUrl });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock_shared(hashtextextended('pool-quiet', 0))`);
    await lockJobFor('pool-quiet');
    let revived = 0;
    await startHeartbeat('pool-other', () => revived++);
    await sleep(2_500);
    expect([revived, await jobs()]).toEqual([0, [{ attempts: 1, locked: true }]]);
    await holder.end();
    await eventually(async () => expect(await jobs()).toEqual([{ attempts: 1, locked: false }]), 2_500);
    expect(revived).toBe(1);
  });

  it('gives back a job that was taken for a pool after this was found dead', async () => {
    await lockJobFor('pool-late');
    await unit.run(undefined, () =>
      db.execute(
        `UPDATE graphile_worker._private_jobs SET locked_at = clock_timestamp() - interval '3 seconds'`,
      ),
    );
    await unit.run(undefined, () => db.execute('DELETE FROM platform.job_pools'));
    await startHeartbeat('pool-other');
    await eventually(async () => expect(await jobs()).toEqual([{ attempts: 1, locked: false }]), 2_500);
  });

  it('comes back by itself after its connection was cut', async () => {
    await startHeartbeat('pool-cut');
    const owner = new Client({ connectionString: platform.database.appUrl });
    await owner.connect();
    const heartbeatsOf = () =>
      owner.query(`SELECT pid FROM pg_stat_activity
                    WHERE application_name = 'wecom-scrm heartbeat' AND datname = current_database()`);
    const before = (await heartbeatsOf()).rows[0].pid;
    await owner.query('SELECT pg_terminate_backend($1)', [before]);
    await eventually(async () => expect((await heartbeatsOf()).rows[0]?.pid).not.toBe(before));
    await eventually(async () => {
      const { rows } = await owner.query(
        `SELECT NOT pg_try_advisory_xact_lock(hashtextextended('pool-cut', 0)) AS held`,
      );
      expect(rows).toEqual([{ held: true }]);
    });
    await owner.end();
  });
});
