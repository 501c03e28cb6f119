import { Module, type OnModuleInit } from '@nestjs/common';
import { type CorpId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineEvent } from '../../../src/platform/events/event.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { EventsHttpModule, EventsModule } from '../../../src/platform/events/events.module.js';
import { Events } from '../../../src/platform/events/events.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

const happened = defineEvent<{ n: number }>('parking.happened', 1);
let broken = new Set<number>();
let applied: number[] = [];

@Module({})
class Consumers implements OnModuleInit {
  constructor(private readonly consumers: EventConsumers) {}

  onModuleInit(): void {
    for (const name of ['parking.first', 'parking.second']) {
      this.consumers.register<{ n: number }>({
        name,
        events: [happened],
        attemptsMax: 3,
        apply: async ({ payload: { n } }) => {
          if (name === 'parking.first' && broken.has(n))
            throw Object.assign(new Error('13800138000'), { code: `E_${n}` });
          applied.push(n);
        },
      });
    }
  }
}

let http: TestHttp;
let corpA: CorpId;
let corpB: CorpId;
let key: string;
let keyB: string;

beforeAll(async () => {
  http = await startTestHttp([EventsModule, EventsHttpModule, Consumers]);
  ({ id: corpA } = await http.addCorp());
  ({ id: corpB } = await http.addCorp());
  key = await http.corpKey(corpA, ['jobs:read', 'jobs:write']);
  keyB = await http.corpKey(corpB, ['jobs:read', 'jobs:write']);
});
afterAll(async () => http.close());

/** Does what the queue holds for the first consumer, as its worker would in the given attempt. */
async function work(attempt = 3): Promise<void> {
  const unit = http.get(UnitOfWork);
  const jobs = await unit.run(undefined, () =>
    http.get(Database).query<{ payload: object }>(
      `DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
        WHERE t.id = j.task_id AND t.identifier = 'event:parking.first' RETURNING j.payload`,
    ),
  );
  const handler = http
    .get(JobHandlers)
    .all()
    .find(({ name }) => name === 'event:parking.first');
  for (const { payload } of jobs) {
    await handler?.handle(payload, { attempt, attemptsMax: 3, signal: new AbortController().signal });
  }
}

async function append(corpId: CorpId, ns: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const n of ns) {
    http.clock.advance(60_000);
    ids.push(await http.get(UnitOfWork).run(corpId, () => http.get(Events).append(happened, { n })));
  }
  return ids.map((id) => toPublicId('evt', id));
}
const list = async (query = '', as = key) =>
  (await http.call(as, { method: 'GET', url: `/v1/parked-events${query}` })).json();
const post = (url: string, payload: object = {}, as = key) =>
  http.call(as, { method: 'POST', url: `/v1/parked-events${url}`, payload });

it('shows of a job with many events which failed and why, without what the error quotes, and replays one', async () => {
  broken = new Set([2, 4]);
  const unit = http.get(UnitOfWork);
  const ids = await unit.run(corpA, async () => {
    const all: string[] = [];
    for (const n of [1, 2, 3, 4]) all.push(toPublicId('evt', await http.get(Events).append(happened, { n })));
    return all;
  });
  await expect(work(2)).rejects.toThrow('2 of 4 events failed');
  expect((await list()).items).toEqual([]);
  await append(corpA, []);
  await unit.run(corpA, () => http.get(Events).append(happened, { n: 5 }));
  broken.add(5);
  await work();
  expect((await list()).items).toEqual([
    expect.objectContaining({
      consumer: 'parking.first',
      reason: expect.stringContaining('E_5'),
      attempts: 3,
    }),
  ]);
  expect(JSON.stringify(await list())).not.toContain('13800138000');

  const [parked] = (await list()).items as { eventId: string }[];
  broken = new Set();
  expect((await post(`/${parked?.eventId}/replay`)).statusCode).toBe(204);
  expect((await list()).items).toEqual([]);
  await work(1);
  expect(applied).toContain(5);
  const again = await post(`/${parked?.eventId}/replay`);
  expect([again.statusCode, again.json().code]).toEqual([404, 'events.not_parked']);
  expect(ids).toHaveLength(4);
});

it('replays a time range of one consumer, and says whether more are left', async () => {
  broken = new Set([10, 11, 12, 13]);
  applied = [];
  const from = new Date(http.clock.now().getTime() + 30_000);
  const ids = await append(corpA, [10, 11, 12, 13]);
  await work();
  expect((await list()).items.map((item: { eventId: string }) => item.eventId)).toEqual([...ids].reverse());
  const first = await list('?limit=3');
  const second = await list(`?limit=3&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items]).toHaveLength(4);
  expect((await list(`?eventId=${ids[2]}`)).items).toHaveLength(1);

  const range = { from: from.toISOString(), to: new Date(from.getTime() + 190_000).toISOString() };
  expect((await post('/replay', { ...range, consumer: 'parking.second' })).json()).toEqual({
    replayed: 0,
    more: false,
  });
  expect((await post('/replay', range, keyB)).json()).toEqual({ replayed: 0, more: false });
  expect((await post('/replay', range)).json()).toEqual({ replayed: 3, more: false });
  broken = new Set();
  await work(1);
  expect(applied.sort()).toEqual([10, 11, 12]);
  expect((await list()).items.map((item: { eventId: string }) => item.eventId)).toEqual([ids[3]]);
});

it('hides what is parked from another corp, and needs a range', async () => {
  const [parked] = (await list()).items as { eventId: string }[];
  expect((await list('', keyB)).items).toEqual([]);
  expect((await post(`/${parked?.eventId}/replay`, {}, keyB)).statusCode).toBe(404);
  expect((await post('/replay', {})).statusCode).toBe(400);
  expect((await list()).items).toHaveLength(1);
  const metrics = await http.call(http.operatorKey, { method: 'GET', url: '/metrics' });
  expect(metrics.body).toContain('events_parked{consumer="parking.first"} 1');
});
