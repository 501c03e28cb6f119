import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { Ids } from '../../../src/platform/clock/ids.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineJob } from '../../../src/platform/jobs/job.js';
import { Jobs } from '../../../src/platform/jobs/jobs.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';
import { ScheduleTicker } from '../../../src/platform/jobs/schedule-ticker.js';
import { Schedules } from '../../../src/platform/jobs/schedules.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const HOUR_MS = 3_600_000;
const job = defineJob<{ corpId?: CorpId; n: number }>('test.scheduled', { attemptsMax: 1 });

let platform: TestPlatform;
let unit: UnitOfWork;
let db: Database;

beforeAll(async () => {
  platform = await startTestPlatform(
    (database) => ({
      imports: [JobsModule.register({ databaseUrl: database.appUrl, runWorker: false, concurrency: 1 })],
    }),
    { poolMax: 12 },
  );
  unit = platform.get(UnitOfWork);
  db = platform.get(Database);
  Logger.overrideLogger(false);
});

afterAll(async () => platform.close());

beforeEach(() =>
  unit.run(undefined, async () => {
    await db.execute('DELETE FROM platform.schedule_slots');
    await db.execute('DELETE FROM graphile_worker._private_jobs');
  }),
);

/** One process: schedules and ticker of its own over the shared database. */
function startTicker(
  everyMs: number,
  run: (n: number) => Promise<void>,
  n = 0,
  offsetMs?: number,
): ScheduleTicker {
  const schedules = new Schedules();
  schedules.register({ name: 'test.schedule', everyMs, run: () => run(n), ...(offsetMs && { offsetMs }) });
  return new ScheduleTicker(schedules, unit, db, platform.get(Ids));
}

const enqueue = (n: number) => platform.get(Jobs).enqueue(job, { n });
const jobsAdded = () =>
  unit.read(undefined, async () => (await db.query('SELECT 1 FROM graphile_worker._private_jobs')).length);
const slots = () =>
  unit.read(undefined, () => db.query<{ slot: number }>('SELECT slot FROM platform.schedule_slots'));

describe('a schedule', () => {
  it('runs once for a slot when 8 processes tick at the same time, again and again', async () => {
    let runs = 0;
    const slow = async (n: number) => {
      runs++;
      await sleep(50); // the others arrive while the slot is taken but not committed
      await enqueue(n);
    };
    const tickers = Array.from({ length: 8 }, (_, n) => startTicker(HOUR_MS, slow, n));
    for (let round = 0; round < 3; round++) await Promise.all(tickers.map((ticker) => ticker.tick()));
    expect([runs, await jobsAdded(), (await slots()).length]).toEqual([1, 1, 1]);
  });

  it('begins its slots at its offset', async () => {
    const now = (await unit.read(undefined, () => db.now())).getTime();
    // Cut a minute ahead of now, the running slot is the one before; cut a minute ago, it is the next one.
    const [ahead, ago] = [now + 60_000, now - 60_000];
    await startTicker(HOUR_MS, enqueue, 0, ahead).tick();
    const [before] = await slots();
    await startTicker(HOUR_MS, enqueue, 0, ago).tick();
    const [after] = await slots();
    expect((after?.slot ?? 0) - (before?.slot ?? 0)).toBe(1);
  });

  it('leaves neither slot nor job when it fails, and is repeated by the next tick', async () => {
    let fails = true;
    const ticker = startTicker(HOUR_MS, async (n) => {
      await enqueue(n);
      if (fails) throw new Error('not now');
    });
    await ticker.tick();
    expect([await jobsAdded(), await slots()]).toEqual([0, []]);
    fails = false;
    await ticker.tick();
    expect([await jobsAdded(), (await slots()).length]).toEqual([1, 1]);
  });

  it('does not stop the others when it fails', async () => {
    const schedules = new Schedules();
    let ran = 0;
    schedules.register({ name: 'test.bad', everyMs: HOUR_MS, run: () => Promise.reject(new Error('no')) });
    schedules.register({ name: 'test.good', everyMs: HOUR_MS, run: async () => void ran++ });
    await new ScheduleTicker(schedules, unit, db, platform.get(Ids)).tick();
    expect(ran).toBe(1);
  });

  it('runs in each slot, and old slots are purged', async () => {
    let runs = 0;
    const ticker = startTicker(200, async () => void runs++);
    for (let round = 0; round < 3; round++) {
      await ticker.tick();
      await sleep(210);
    }
    expect([runs, (await slots()).length]).toEqual([3, 1]);
  });

  it('runs in a unit of work without a corp, which sees no tenant', async () => {
    let seen: unknown;
    await startTicker(HOUR_MS, async () => {
      seen = [unit.isOpen(), await db.query('SELECT 1 FROM platform.events')];
      expect(() => unit.corpId()).toThrow('no corp');
    }).tick();
    expect(seen).toEqual([true, []]);
  });
});
