import { randomUUID } from 'node:crypto';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { ConfigModule } from '../../../src/platform/config/config.module.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { HealthModule } from '../../../src/platform/health/health.module.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { OperationAnswers } from '../../../src/platform/operations/operation-answers.js';
import { Operations } from '../../../src/platform/operations/operations.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import type { Sync, SyncItem } from '../../../src/platform/sync/sync.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { Syncs } from '../../../src/platform/sync/syncs.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const KIND = 'test.sync';
const LIST: SyncItem = { stage: 1, key: 'list' };
const rowsOf = (keys: string[]): SyncItem[] => keys.map((key) => ({ stage: 2, key }));

let platform: TestPlatform;
let unit: UnitOfWork;
let corpId: CorpId;
/** What the list names. */
let rows: SyncItem[];
/** What has been stored, and when what was stored had been read. */
let applied: { key: string; fits: boolean }[];
/** Called with each item on its way to WeCom. */
let reading: (item: SyncItem) => Promise<void>;

/** Called with each item that is about to be stored. */
let storing: (item: SyncItem) => Promise<void>;

/** As a module writes one; a list, then what it names. */
const sync: Sync<Date> = {
  kind: KIND,
  first: LIST,
  async load(item) {
    const now = await unit.run(corpId, () => platform.get(Database).now());
    await reading(item);
    return now;
  },
  async apply(item, asked, readAt, pass) {
    const { key } = item;
    await storing(item);
    applied.push({ key, fits: pass.startedAt <= readAt && readAt <= asked });
    return key === LIST.key ? { items: rows } : { inserted: 1 };
  },
  countMissing: async () => ({}),
  endMissing: async () => 0,
};

beforeAll(async () => {
  platform = await startTestPlatform(({ appUrl: databaseUrl }) => ({
    imports: [
      ConfigModule.with(AppConfig.fromEnvironment({ DATABASE_URL: databaseUrl })),
      JobsModule.register({ databaseUrl, runWorker: false, concurrency: 1 }),
      OperationsModule,
      HealthModule,
      SyncModule,
    ],
  }));
  unit = platform.get(UnitOfWork);
  platform.get(Syncs).register(sync);
});
afterAll(async () => platform.close());
beforeEach(() => {
  corpId = randomUUID() as CorpId;
  rows = rowsOf(['a', 'b']);
  applied = [];
  reading = async () => undefined;
  storing = async () => undefined;
});

const start = () => unit.run(corpId, () => platform.get(Syncs).start(KIND));
const operation = (id: OperationId) => unit.read(corpId, () => platform.get(Operations).get(id));
async function work(attempt = 1): Promise<void> {
  const step = platform
    .get(JobHandlers)
    .all()
    .find(({ name }) => name === 'sync.step');
  await step?.handle(
    { corpId, kind: KIND },
    { attempt, attemptsMax: 9, signal: new AbortController().signal },
  );
}
/** How many jobs waited for this corp. */
const takeJobs = () =>
  unit.run(corpId, () =>
    platform
      .get(Database)
      .execute(`DELETE FROM graphile_worker._private_jobs WHERE payload ->> 'corpId' = $1`, [corpId]),
  );
const keys = () => applied.map(({ key }) => key).sort();

/** The next `readers` that ask for this item wait for each other, and then for the returned function. */
function holdReaders(key: string, readers: number): { all: Promise<void>; release: () => void } {
  let arrived = 0;
  let release: () => void = () => undefined;
  let complete: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (complete = resolve));
  const gate = new Promise<void>((resolve) => (release = resolve));
  reading = async (item) => {
    if (item.key !== key || arrived === readers) return;
    if (++arrived === readers) complete();
    await gate;
  };
  return { all, release };
}

describe('a pass', () => {
  it('stores each item once when two workers have read the same ones', async () => {
    const id = await start();
    const { all, release } = holdReaders(LIST.key, 2);
    const workers = [work(), work()];
    await all;
    release();
    await Promise.all(workers);
    await work();
    expect(keys()).toEqual(['a', 'b', 'list']);
    expect(await operation(id)).toMatchObject({
      state: 'succeeded',
      done: 3,
      total: 3,
      result: { inserted: 2 },
    });
  });

  it('stores nothing that was read for the pass before it', async () => {
    const old = await start();
    const { all, release } = holdReaders(LIST.key, 1);
    const late = work();
    await all;
    await unit.run(corpId, () => platform.get(OperationAnswers).cancel(old));
    const id = await start();
    release();
    await late;
    await work();
    expect(applied).toEqual(['list', 'a', 'b'].map((key) => ({ key, fits: true }))); // an older one would be swept
    expect(await operation(id)).toMatchObject({ state: 'succeeded', done: 3, total: 3 });
    expect(await operation(old)).toMatchObject({ state: 'cancelled' });
  });

  it('loses nothing of the others when one item fails', async () => {
    await start();
    reading = async ({ key }) => {
      if (key === 'a') throw new Error('WeCom did not answer');
    };
    await expect(work()).rejects.toThrow('WeCom did not answer');
    expect(keys()).toEqual(['b', 'list']);
    reading = async () => undefined;
    await work(2);
    expect(keys()).toEqual(['a', 'b', 'list']);
  });

  it('goes on in a job of its own when it is long, and ends', async () => {
    rows = rowsOf(Array.from({ length: 300 }, (_, index) => `row ${index}`));
    const id = await start();
    let jobs = 0;
    for (; (await takeJobs()) > 0; jobs++) await work();
    expect(jobs).toBeGreaterThan(1);
    expect(await operation(id)).toMatchObject({ state: 'succeeded', done: 301, total: 301 });
  });

  it('reads the next round while it stores one, and reads it again when storing fails', async () => {
    rows = rowsOf(Array.from({ length: 12 }, (_, index) => `row ${String(index).padStart(2, '0')}`));
    const id = await start();
    const { all, release } = holdReaders('row 11', 1);
    release();
    storing = async ({ key }) => {
      if (key !== 'row 00') return;
      await all; // would wait for ever if the second round were read after the first is stored
      throw new Error('the database has gone');
    };
    await expect(work()).rejects.toThrow('the database has gone');
    storing = async () => undefined;
    applied = [];
    await work(2);
    expect(keys()).toEqual(rows.map(({ key }) => key));
    expect(await operation(id)).toMatchObject({ state: 'succeeded', done: 13, result: { inserted: 12 } });
  });

  it('dates what it stores from before the reading, so that it never overwrites a newer one', async () => {
    await start();
    await work();
    expect(applied.map(({ fits }) => fits)).toEqual([true, true, true]);
  });
});
