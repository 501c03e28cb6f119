import { Client } from 'pg';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { requestContext } from '../../../src/platform/context/request-context.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineEvent, type StoredEvent } from '../../../src/platform/events/event.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { EventStates } from '../../../src/platform/events/event-states.js';
import { Events } from '../../../src/platform/events/events.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { defineJob } from '../../../src/platform/jobs/job.js';
import { Jobs } from '../../../src/platform/jobs/jobs.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';
import { ParkedEvents } from '../../../src/platform/events/parked-events.js';
import { ParkedJobs } from '../../../src/platform/jobs/parked-jobs.js';
import { eventually } from '../../support/eventually.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const CORP_A = '00000000-0000-7000-8000-00000000000a' as CorpId;
const CORP_B = '00000000-0000-7000-8000-00000000000b' as CorpId;
const DAY_MS = 86_400_000;
const CONCURRENCY = 4;
/** This event's `load` waits until all workers are inside it, each with a job of its own. */
const OVERLAPPING = -7;

const happened = defineEvent<{ n: number }>('test.happened', 1);
const unwatched = defineEvent<{ n: number }>('test.unwatched', 1);
const fragile = defineEvent<{ n: number }>('test.fragile', 1);
const hot = defineEvent<{ n: number }>('test.hot', 1);

let platform: TestPlatform;
let unit: UnitOfWork;
let db: Database;
let events: Events;
const loads: { n: number; unitOpen: boolean }[] = [];
const applied: StoredEvent<{ n: number }>[] = [];
const secondApplied: number[] = [];
let broken = new Set<number>();

beforeAll(async () => {
  platform = await startTestPlatform((testDatabase) => ({
    imports: [
      JobsModule.register({ databaseUrl: testDatabase.appUrl, runWorker: true, concurrency: CONCURRENCY }),
      EventsModule,
    ],
    providers: [
      {
        provide: 'consumers',
        inject: [EventConsumers, UnitOfWork, Database],
        useFactory: (consumers: EventConsumers, unitOfWork: UnitOfWork, database: Database) => {
          consumers.register<{ n: number }, string>({
            name: 'test.first',
            events: [happened],
            load: async (event) => {
              loads.push({ n: event.payload.n, unitOpen: unitOfWork.isOpen() });
              if (event.payload.n === OVERLAPPING)
                await eventually(() => expect(loads.length).toBeGreaterThanOrEqual(CONCURRENCY));
              return `loaded ${event.payload.n}`;
            },
            apply: async (event, loaded) => {
              if (loaded !== `loaded ${event.payload.n}`) throw new Error('not what was loaded');
              await database.execute('UPDATE platform.corps SET name = name || $2 WHERE id = $1', [
                event.corpId,
                `,${event.payload.n}`,
              ]);
              applied.push(event);
            },
          });
          consumers.register<{ n: number }>({
            name: 'test.second',
            events: [happened],
            apply: async (event) => void secondApplied.push(event.payload.n),
          });
          consumers.register<{ n: number }>({
            name: 'test.breaks',
            events: [fragile],
            attemptsMax: 1,
            apply: async (event) => {
              if (broken.has(event.payload.n)) throw new Error('13800000000');
              unitOfWork.afterCommit(() => applied.push(event)); // together, then one by one: not before it is final
            },
          });
          consumers.register<{ n: number }, number>({
            name: 'test.hot',
            events: [hot],
            load: async ({ payload: { n } }) => {
              loads.push({ n, unitOpen: unitOfWork.isOpen() });
              if (n === OVERLAPPING) await eventually(() => expect(loads.length).toBeGreaterThanOrEqual(2));
              return n;
            },
            effect: (event, n) => {
              if (n === 0) return undefined;
              const text = `UPDATE platform.corps SET name = name || $4::text WHERE id = $1`;
              return { name: 'test-hot', text, params: [`,${n}`], afterCommit: () => applied.push(event) };
            },
          });
          return true;
        },
      },
    ],
  }));
  unit = platform.get(UnitOfWork);
  db = platform.get(Database);
  events = platform.get(Events);
  for (const corp of [CORP_A, CORP_B]) {
    await unit.run(undefined, () =>
      db.execute(
        `INSERT INTO platform.corps VALUES ($1::uuid, $1::text, '', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now())`,
        [corp],
      ),
    );
  }
});

afterAll(async () => platform.close());

/** Until nothing waits and nothing runs; what is parked stays. */
const queueIdle = () =>
  eventually(async () => {
    const busy = await unit.read(undefined, () =>
      db.query('SELECT 1 FROM graphile_worker._private_jobs WHERE is_available OR locked_at IS NOT NULL'),
    );
    expect(busy).toEqual([]);
  }, 20_000);

beforeEach(async () => {
  await queueIdle();
  for (const list of [loads, applied, secondApplied]) list.length = 0;
  broken = new Set();
  await unit.run(undefined, async () => {
    await db.execute(`UPDATE platform.corps SET name = ''`);
    await db.execute('DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL');
  });
});

const nameOf = (corp: CorpId) =>
  unit.read(
    undefined,
    async () =>
      (await db.one<{ name: string }>('SELECT name FROM platform.corps WHERE id = $1', [corp])).name,
  );
const append = (corp: CorpId, ...numbers: number[]) =>
  unit.run(corp, async () => {
    const ids: string[] = [];
    for (const n of numbers) ids.push(await events.append(happened, { n }));
    return ids;
  });
const jobsAddedBy = (work: () => Promise<unknown>) =>
  unit.run(CORP_A, async () => {
    await work();
    const names: { identifier: string }[] = [];
    unit.beforeCommit(async () => {
      names.push(
        ...(await db.query<{ identifier: string }>(
          `SELECT t.identifier FROM graphile_worker._private_jobs j
             JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE j.attempts = 0 ORDER BY 1`,
        )),
      );
    });
    return names;
  });

describe('an event', () => {
  it('is stored with its cause and reaches each of its consumers once, loaded outside any transaction', async () => {
    const actor = { kind: 'key', id: 'key_1', label: 'CRM' } as const;
    const [id] = await requestContext.run({ requestId: 'r-1', actor }, () => append(CORP_A, 1));
    await eventually(() => expect([applied, secondApplied]).toEqual([[expect.anything()], [1]]));
    expect(applied[0]).toEqual({
      id,
      corpId: CORP_A,
      name: 'test.happened',
      version: 1,
      at: platform.clock.now(),
      payload: { n: 1 },
    });
    expect(loads).toEqual([{ n: 1, unitOpen: false }]);
    const row = await unit.read(CORP_A, () =>
      db.one('SELECT actor, request_id FROM platform.events WHERE id = $1', [id]),
    );
    expect(row).toEqual({ actor: 'key:key_1', request_id: 'r-1' });
  });

  it('vanishes with the transaction that rolls back', async () => {
    await expect(
      unit.run(CORP_A, async () => {
        await events.append(happened, { n: 1 });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await append(CORP_A, 2);
    await eventually(() => expect(secondApplied).toEqual([2]));
  });

  it('is refused outside a unit of work and in one without a corp', async () => {
    await expect(events.append(happened, { n: 1 })).rejects.toThrow('no unit of work is open');
    await expect(unit.run(undefined, () => events.append(happened, { n: 1 }))).rejects.toThrow('no corp');
  });

  it('is kept when nobody reacts to it, and adds no job', async () => {
    const added = await jobsAddedBy(() => events.append(unwatched, { n: 1 }));
    expect(added).toEqual([]);
    const { count } = await unit.read(CORP_A, () =>
      db.one<{ count: number }>(`SELECT count(*) FROM platform.events WHERE name = 'test.unwatched'`),
    );
    expect(count).toBe(1);
  });

  it('can be changed by nobody, and is invisible to another corp', async () => {
    const [id] = await append(CORP_A, 1);
    await expect(
      unit.run(CORP_A, () => db.execute(`UPDATE platform.events SET name = 'x' WHERE id = $1`, [id])),
    ).rejects.toMatchObject({ code: '42501' });
    const owner = new Client({ connectionString: platform.database.ownerUrl });
    await owner.connect();
    await owner.query(`SELECT set_config('app.corp_id', $1, false)`, [CORP_A]);
    await expect(owner.query('UPDATE platform.events SET version = 2 WHERE id = $1', [id])).rejects.toThrow(
      'append-only',
    );
    await owner.end();
    expect(
      await unit.read(CORP_B, () => db.query('SELECT 1 FROM platform.events WHERE id = $1', [id])),
    ).toEqual([]);
  });

  it('takes no consumer that registers after the start', () => {
    const late = { name: 'test.late', events: [happened], apply: async () => undefined };
    expect(() => platform.get(EventConsumers).register(late)).toThrow('too late');
  });
});

describe('a unit of work', () => {
  it('adds one job for each consumer, however many events it appends', async () => {
    const added = await jobsAddedBy(async () => {
      for (let n = 0; n < 20; n++) await events.append(happened, { n });
    });
    expect(added).toMatchObject([{ identifier: 'event:test.first' }, { identifier: 'event:test.second' }]);
  });

  it('splits after 500 events: 500 make one job, 501 make two, and all arrive', async () => {
    const many = (count: number) => async () => {
      for (let n = 0; n < count; n++) await events.append(happened, { n });
    };
    expect(await jobsAddedBy(many(500))).toHaveLength(2);
    await queueIdle();
    expect([applied.length, secondApplied.length]).toEqual([500, 500]);
    expect(await jobsAddedBy(many(501))).toHaveLength(4);
    await queueIdle();
    expect([applied.length, secondApplied.length]).toEqual([1001, 1001]);
  });
});

describe('the effect of an event', () => {
  it('happens once, however many jobs carry it, even at the same time', async () => {
    const again = defineJob<{ corpId: CorpId; eventIds: string[] }>('event:test.first', { attemptsMax: 3 });
    await unit.run(CORP_A, async () => {
      const id = await events.append(happened, { n: OVERLAPPING });
      for (let n = 0; n < 10; n++) {
        await platform.get(Jobs).enqueue(again, { corpId: CORP_A, eventIds: [id, id] });
      }
    });
    await queueIdle();
    expect(loads.length).toBeGreaterThanOrEqual(CONCURRENCY);
    expect(await nameOf(CORP_A)).toBe(`,${OVERLAPPING}`);
  });

  it('is one statement with the mark, also of a run that comes late', async () => {
    const again = defineJob<{ corpId: CorpId; eventIds: string[] }>('event:test.hot', { attemptsMax: 3 });
    const ids = await unit.run(CORP_A, async () => {
      const appended = [0, 1, OVERLAPPING].map((n) => events.append(hot, { n }));
      const all = await Promise.all(appended);
      await platform.get(Jobs).enqueue(again, { corpId: CORP_A, eventIds: all.slice(2) });
      return all;
    });
    await queueIdle();
    const sorted = [OVERLAPPING, OVERLAPPING, 1]; // the second job may overtake the first
    expect((await nameOf(CORP_A)).split(',').slice(1).map(Number).sort()).toEqual(sorted);
    expect(applied.map(({ payload }) => payload.n).sort()).toEqual(sorted);
    const states = await unit.read(CORP_A, () => platform.get(EventStates).statesOf(ids));
    expect([...states.values()].map((state) => state.applied)).toEqual(ids.map(() => ['test.hot']));
  });

  it('shares its transaction with the other events of the job, unless each is loaded first', async () => {
    const ids = await append(CORP_A, 1, 2, 3);
    await queueIdle();
    const transactions = await unit.read(CORP_A, () =>
      db.query(
        `SELECT consumer, count(DISTINCT xmin::text) FROM platform.event_consumptions
          WHERE event_id = ANY($1) GROUP BY consumer ORDER BY consumer`,
        [ids],
      ),
    );
    expect(transactions).toEqual([
      { consumer: 'test.first', count: 3 },
      { consumer: 'test.second', count: 1 },
    ]);
  });

  it('does not wait for another event of the same job that fails', async () => {
    broken = new Set([2]);
    const ids = await unit.run(CORP_A, async () => {
      const all: string[] = [];
      for (const n of [1, 2, 3]) all.push(await events.append(fragile, { n }));
      return all;
    });
    const states = () => unit.read(CORP_A, () => platform.get(EventStates).statesOf(ids));
    await eventually(async () => expect((await states()).get(ids[1] ?? '')?.parked).toEqual(['test.breaks']));
    expect(applied.map(({ payload }) => payload.n)).toEqual([1, 3]);
    expect([...(await states()).values()].map(({ applied: done }) => done.length).sort()).toEqual([0, 1, 1]);
    const parked = () => unit.read(CORP_A, () => platform.get(ParkedEvents).list({}, undefined, 10));
    expect(await parked()).toEqual([
      expect.objectContaining({
        eventId: ids[1],
        consumer: 'test.breaks',
        reason: expect.stringMatching(/^Error at test\S+$/),
      }),
    ]);
    expect(await unit.read(CORP_A, () => platform.get(ParkedJobs).list(10))).toEqual([]);
    broken = new Set();
    await unit.run(CORP_A, () => platform.get(ParkedEvents).replayOne(ids[1] ?? ''));
    expect(await parked()).toEqual([]);
    await eventually(async () =>
      expect((await states()).get(ids[1] ?? '')?.applied).toEqual(['test.breaks']),
    );
    expect(applied.map(({ payload }) => payload.n)).toEqual([1, 3, 2]);
  });

  it('can be asked for while it is pending and after it was applied, by its own corp', async () => {
    const read = () => platform.get(EventStates);
    let pending: unknown;
    const [id = ''] = await unit.run(CORP_A, async () => {
      const own = [await events.append(happened, { n: 1 })];
      unit.beforeCommit(async () => {
        pending = (await read().statesOf(own)).get(own[0] ?? '');
      });
      return own;
    });
    expect(pending).toEqual({ pending: ['test.first', 'test.second'], applied: [], parked: [] });
    await eventually(async () =>
      expect((await unit.read(CORP_A, () => read().statesOf([id]))).get(id)).toEqual({
        pending: [],
        applied: ['test.first', 'test.second'],
        parked: [],
      }),
    );
    expect((await unit.read(CORP_B, () => read().statesOf([id]))).size).toBe(0);
  });
});

describe('retention', () => {
  it('purges events after 30 days, once every consumer has had them', async () => {
    const [old = ''] = await append(CORP_A, 1);
    await eventually(() => expect(secondApplied).toEqual([1]));
    await eventually(() => expect(applied).toHaveLength(1));
    broken = new Set([1]);
    const stuck = await unit.run(CORP_A, () => events.append(fragile, { n: 1 }));
    await eventually(async () =>
      expect(
        (await unit.read(CORP_A, () => platform.get(EventStates).statesOf([stuck]))).get(stuck)?.parked,
      ).toHaveLength(1),
    );
    const purge = async () => {
      const job = defineJob<{ corpId: CorpId }>('platform.purge_events', { attemptsMax: 1 });
      await unit.run(CORP_A, () => platform.get(Jobs).enqueue(job, { corpId: CORP_A }));
      await queueIdle();
      const kept = await unit.read(CORP_A, () =>
        db.query<{ id: string }>('SELECT id FROM platform.events WHERE id = ANY($1) ORDER BY id', [
          [old, stuck],
        ]),
      );
      return kept.map(({ id }) => id);
    };
    platform.clock.advance(30 * DAY_MS - 1_000);
    expect(await purge()).toEqual([old, stuck].sort());
    platform.clock.advance(2_000);
    expect(await purge()).toEqual([stuck]);
    const marks = await unit.read(CORP_A, () =>
      db.query('SELECT 1 FROM platform.event_consumptions WHERE event_id = $1', [old]),
    );
    expect(marks).toEqual([]);
  });
});
