import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { requestContext } from '../../../src/platform/context/request-context.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineErrors } from '../../../src/platform/errors/app-error.js';
import { defineJob, type JobRun } from '../../../src/platform/jobs/job.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { Jobs, type JobOptions } from '../../../src/platform/jobs/jobs.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';
import { ParkedJobs } from '../../../src/platform/jobs/parked-jobs.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';
import { eventually } from '../../support/eventually.js';

const CORP_A = '00000000-0000-7000-8000-00000000000a' as CorpId;
const CORP_B = '00000000-0000-7000-8000-00000000000b' as CorpId;

type Payload = { corpId?: CorpId; n?: number };
const noteJob = defineJob<Payload>('test.note', { attemptsMax: 3 });
const slowJob = defineJob<Payload>('test.slow', { attemptsMax: 3 });
const fastJob = defineJob<Payload>('test.fast', { attemptsMax: 3, lane: 'fast' });
const failingJob = defineJob<Payload>('test.fail', { attemptsMax: 1 });
const unluckyJob = defineJob<Payload>('test.unlucky', { attemptsMax: 1 });
const testErrors = defineErrors('jobs_test', { broken: { kind: 'internal', en: 'Broken', zh: '损坏' } });

const noted: { payload: Payload; run: JobRun; actor: string | undefined; unitOpen: boolean }[] = [];
let failure: () => Error = () => testErrors.broken();
let failingWaitsFor: Promise<unknown> = Promise.resolve();
const slowRuns: (() => void)[] = [];
let outages = 0;

let platform: TestPlatform;
let unit: UnitOfWork;
let db: Database;
let jobs: Jobs;
let parked: ParkedJobs;

beforeAll(async () => {
  platform = await startTestPlatform((database) => ({
    imports: [JobsModule.register({ databaseUrl: database.appUrl, runWorker: true, concurrency: 4 })],
    providers: [
      {
        provide: 'handlers',
        inject: [JobHandlers, UnitOfWork],
        useFactory: (handlers: JobHandlers, unitOfWork: UnitOfWork) => {
          handlers.register(noteJob, async (payload, run) => {
            const actor = requestContext.current()?.actor;
            noted.push({
              payload,
              run,
              actor: actor && `${actor.kind}:${actor.id}`,
              unitOpen: unitOfWork.isOpen(),
            });
          });
          handlers.register(fastJob, async (payload, run) => {
            noted.push({ payload, run, actor: 'fast', unitOpen: unitOfWork.isOpen() });
          });
          handlers.register(failingJob, async () => {
            await failingWaitsFor;
            throw failure();
          });
          handlers.register(unluckyJob, async ({ n }, run) => {
            if (outages-- > 0) await new Client({ host: '/tmp/no-such-database' }).connect();
            noted.push({ payload: { n }, run, actor: 'unlucky', unitOpen: false });
          });
          handlers.register(slowJob, async () => {
            await new Promise<void>((end) => slowRuns.push(end));
          });
          return true;
        },
      },
    ],
  }));
  unit = platform.get(UnitOfWork);
  db = platform.get(Database);
  jobs = platform.get(Jobs);
  parked = platform.get(ParkedJobs);
});

afterAll(async () => platform.close());

beforeEach(async () => {
  noted.length = 0;
  await unit.run(undefined, () =>
    db.query('DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL'),
  );
});

const enqueue = (payload: Payload, options?: JobOptions, job = noteJob) =>
  unit.run(payload.corpId, () => jobs.enqueue(job, payload, options));
const waitingJobs = (name = 'test.note') =>
  unit.read(undefined, () =>
    db.query<{ payload: Payload; attempts: number; max_attempts: number; locked: boolean }>(
      `SELECT payload, attempts, max_attempts, locked_at IS NOT NULL AS locked FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = $1 ORDER BY j.id`,
      [name],
    ),
  );
const parkOne = async (corpId: CorpId | undefined) => {
  await enqueue({ corpId }, {}, failingJob);
  await eventually(async () => {
    const rows = await waitingJobs('test.fail');
    expect(rows.find((row) => row.payload.corpId === corpId)).toMatchObject({ attempts: 1, locked: false });
  });
};

describe('a job', () => {
  it('is done by a worker under the app role after the commit, as itself and outside a unit of work', async () => {
    await enqueue({ corpId: CORP_A, n: 1 });
    await eventually(() => expect(noted).toHaveLength(1));
    expect(noted[0]).toMatchObject({
      payload: { corpId: CORP_A, n: 1 },
      run: { attempt: 1, attemptsMax: 3 },
      actor: 'job:test.note',
      unitOpen: false,
    });
    await eventually(async () => expect(await waitingJobs()).toEqual([]));
  });

  it('that finds the database gone has used up no attempt', async () => {
    outages = 2;
    await enqueue({ corpId: CORP_A, n: 1 }, {}, unluckyJob);
    await eventually(() => expect(noted.map(({ run }) => run.attempt)).toEqual([1]), 10_000);
    await eventually(async () => expect(await waitingJobs('test.unlucky')).toEqual([]));
  });

  it('vanishes with the transaction that rolls back', async () => {
    await expect(
      unit.run(CORP_A, async () => {
        await jobs.enqueue(noteJob, { corpId: CORP_A });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await enqueue({ corpId: CORP_A, n: 2 });
    await eventually(() => expect(noted.map(({ payload }) => payload.n)).toEqual([2]));
  });

  it('can be added neither outside a unit of work nor with a body instead of ids', async () => {
    await expect(jobs.enqueue(noteJob, {})).rejects.toThrow('no unit of work is open');
    const fat = { ids: 'x'.repeat(32_756) }; // {"ids":"…"} adds ten bytes: 32,766 fit, two more do not
    await enqueue({ ...fat } as Payload, { delayMs: 60_000 });
    await expect(enqueue({ ids: `${fat.ids}xxx` } as Payload)).rejects.toThrow('pass ids');
  });

  it('waits for its delay', async () => {
    await enqueue({ n: 1 }, { delayMs: 1_500 });
    await sleep(1_000);
    expect(noted).toEqual([]);
    await eventually(() => expect(noted).toHaveLength(1));
  });

  it('cannot get a handler after the start', () => {
    expect(() =>
      platform.get(JobHandlers).register(defineJob('test.late', { attemptsMax: 1 }), async () => undefined),
    ).toThrow('too late');
  });
});

describe('a keyed job', () => {
  it('is one while it waits, with the last payload, and keeps to its corp', async () => {
    for (const n of [1, 2, 3]) await enqueue({ corpId: CORP_A, n }, { key: 'k', delayMs: 60_000 });
    await enqueue({ corpId: CORP_B, n: 4 }, { key: 'k', delayMs: 60_000 });
    expect((await waitingJobs()).map(({ payload }) => payload.n)).toEqual([3, 4]);
  });

  it('that fails after another one took its key is gone, and not parked', async () => {
    let open: () => void = () => undefined;
    failingWaitsFor = new Promise<void>((resolve) => (open = resolve));
    await enqueue({ corpId: CORP_A, n: 1 }, { key: 'taken' }, failingJob);
    await eventually(async () => expect(await waitingJobs('test.fail')).toMatchObject([{ locked: true }]));
    await enqueue({ corpId: CORP_A, n: 2 }, { key: 'taken', delayMs: 60_000 }, failingJob);
    open();
    failingWaitsFor = Promise.resolve();
    await eventually(async () =>
      expect(await waitingJobs('test.fail')).toMatchObject([
        { payload: { n: 2 }, attempts: 0, locked: false },
      ]),
    );
  });

  it('takes the place of a parked one', async () => {
    await enqueue({ corpId: CORP_A, n: 1 }, { key: 'parked' }, failingJob);
    const rows = () => waitingJobs('test.fail');
    await eventually(async () => expect(await rows()).toMatchObject([{ attempts: 1, locked: false }]));
    await enqueue({ corpId: CORP_A, n: 2 }, { key: 'parked', delayMs: 60_000 }, failingJob);
    expect(await rows()).toMatchObject([{ payload: { n: 2 }, attempts: 0 }]);
  });

  it('is added anew while one of its key is running', async () => {
    await enqueue({ corpId: CORP_A }, { key: 'k' }, slowJob);
    await eventually(() => expect(slowRuns).toHaveLength(1));
    await enqueue({ corpId: CORP_A }, { key: 'k' }, slowJob);
    await eventually(() => expect(slowRuns).toHaveLength(2));
    for (const end of slowRuns) end();
    await eventually(async () => expect(await waitingJobs('test.slow')).toEqual([]));
  });

  it('is not lost when a worker takes the waiting one at the same moment', async () => {
    // The worker's lock is taken after add_jobs has looked for running jobs: graphile-worker then adds nothing.
    await enqueue({ corpId: CORP_A, n: 1 }, { key: 'race', delayMs: 60_000 });
    const taker = new Client({ connectionString: platform.database.appUrl });
    await taker.connect();
    await taker.query('BEGIN');
    await taker.query(`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'race'`);
    const added = enqueue({ corpId: CORP_A, n: 2 }, { key: 'race', delayMs: 60_000 });
    await sleep(300);
    await taker.query('COMMIT');
    await added;
    expect((await waitingJobs()).map(({ payload, locked }) => [payload.n, locked])).toEqual([
      [1, true],
      [2, false],
    ]);
    await taker.query('DELETE FROM graphile_worker._private_jobs');
    await taker.end();
  });
});

describe('a job that fails for good', () => {
  it('is parked with a code, and never with what the error quotes', async () => {
    failure = () => testErrors.broken({ secret: '13800000000' });
    await parkOne(CORP_A);
    failure = () =>
      Object.assign(new TypeError('no such phone: 13800000000'), { code: '23505', detail: '13800000000' });
    await parkOne(CORP_B);
    const [first] = await unit.read(CORP_A, () => parked.list(10));
    const [second] = await unit.read(CORP_B, () => parked.list(10));
    expect(first).toMatchObject({ name: 'test.fail', attempts: 1, lastError: 'jobs_test.broken' });
    expect(second?.lastError).toMatch(/^TypeError 23505 at test\/modules\/platform\/jobs\.test\.ts:\d+$/);
    const [all] = await unit.read(undefined, () =>
      db.query<{ text: string }>(
        'SELECT string_agg(j::text, $1) AS text FROM graphile_worker._private_jobs j',
        [' '],
      ),
    );
    expect(all?.text).not.toContain('13800000000');
  });

  it('is seen and replayed by its own corp only, and by nobody without a corp', async () => {
    failure = () => testErrors.broken();
    for (const corp of [CORP_A, CORP_B, undefined]) await parkOne(corp);
    const listOf = (corp: CorpId) => unit.read(corp, () => parked.list(10));
    const [ofA, ...moreOfA] = await listOf(CORP_A);
    const [ofB, ...moreOfB] = await listOf(CORP_B);
    expect([moreOfA, moreOfB]).toEqual([[], []]);
    if (!ofA || !ofB) throw new Error('nothing parked');
    expect(ofA.id).not.toBe(ofB.id);
    await expect(unit.run(CORP_A, () => parked.replay(ofB.id))).rejects.toMatchObject({
      code: 'jobs.not_found',
    });
    await expect(unit.read(undefined, () => parked.list(10))).rejects.toThrow('no corp');
    await unit.run(CORP_A, () => parked.replay(ofA.id));
    await eventually(async () =>
      expect((await listOf(CORP_A))[0]).toMatchObject({ id: ofA.id, attempts: 1 }),
    );
    expect(await listOf(CORP_B)).toHaveLength(1);
  });

  it('is replayed by one of five who ask at once', async () => {
    failure = () => testErrors.broken();
    await parkOne(CORP_A);
    const [job] = await unit.read(CORP_A, () => parked.list(10));
    let letFail: () => void = () => undefined;
    failingWaitsFor = new Promise<void>((resolve) => (letFail = resolve));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => unit.run(CORP_A, () => parked.replay(job?.id ?? ''))),
    );
    letFail();
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await eventually(async () => expect(await unit.read(CORP_A, () => parked.list(10))).toHaveLength(1));
  });

  it('is listed page by page, newest first', async () => {
    failure = () => testErrors.broken();
    for (let n = 0; n < 3; n++) {
      await enqueue({ corpId: CORP_A, n }, {}, failingJob);
    }
    await eventually(async () => expect(await unit.read(CORP_A, () => parked.list(10))).toHaveLength(3));
    const first = await unit.read(CORP_A, () => parked.list(2));
    const second = await unit.read(CORP_A, () => parked.list(2, first[1]?.id));
    const ids = [...first, ...second].map(({ id }) => Number(id));
    expect(ids).toHaveLength(3);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
  });
});

describe('a job of the fast lane', () => {
  it('is done while every worker of the other lane is busy and more of its jobs wait', async () => {
    slowRuns.length = 0;
    for (let n = 0; n < 8; n++) await enqueue({ n }, {}, slowJob);
    await eventually(() => expect(slowRuns).toHaveLength(4));
    await enqueue({ n: 9 }, {}, fastJob);
    await eventually(() => expect(noted.map(({ payload }) => payload.n)).toEqual([9]), 2_000);
    expect(slowRuns).toHaveLength(4);
    await eventually(async () => {
      slowRuns.splice(0).forEach((end) => end());
      expect(await waitingJobs('test.slow')).toEqual([]);
    });
  });
});

describe('a worker', () => {
  it('goes on by itself after all connections were cut', async () => {
    const cutter = new Client({ connectionString: platform.database.appUrl });
    await cutter.connect();
    await cutter.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await eventually(() => enqueue({ n: 1 }));
    await eventually(() => expect(noted.length).toBeGreaterThanOrEqual(1), 15_000);
    await eventually(async () => {
      const { rows } = await cutter.query(
        `SELECT count(*) FROM platform.job_pools WHERE beat_at > clock_timestamp() - interval '2 seconds'`,
      );
      expect(Number(rows[0].count)).toBe(2); // one pool for each lane
    });
    await cutter.end();
  });

  it('gives back what was taken for it while the answer got lost, and keeps what it works on', async () => {
    slowRuns.length = 0;
    await enqueue({ n: 1 }, {}, slowJob);
    await eventually(() => expect(slowRuns).toHaveLength(1));
    await unit.run(CORP_A, async () => {
      await jobs.enqueue(noteJob, { corpId: CORP_A, n: 2 }, { queue: 'lost' });
      const taken = `SET locked_by = other.locked_by, locked_at = now()
        FROM (SELECT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL) other`;
      await db.query(`UPDATE graphile_worker._private_jobs j ${taken} WHERE j.locked_by IS NULL`);
      await db.query('UPDATE graphile_worker._private_jobs SET attempts = 1');
      await db.query(`UPDATE graphile_worker._private_job_queues q ${taken} WHERE q.queue_name = 'lost'`);
    });
    await eventually(() => expect(noted).toHaveLength(1), 30_000);
    expect(noted[0]?.run.attempt).toBe(1); // the one that nobody made does not count
    expect(slowRuns).toHaveLength(1);
    slowRuns.splice(0).forEach((end) => end());
    await eventually(async () => expect(await waitingJobs('test.slow')).toEqual([]));
  }, 60_000);
});
