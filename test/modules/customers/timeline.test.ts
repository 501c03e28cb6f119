import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { type BehaviourWorld, startBehaviourWorld } from './behaviour-world.js';
import {
  CUSTOMERS,
  happenings,
  newestFirst,
  type Person,
  type Seen,
  TimelineModel,
  type ToldEvent,
} from './timeline-model.js';

/** Of entries as the API shows them. */
interface Entry {
  id: string;
  customerId: string;
  type: string;
  module: string;
  at: string;
  text: { zh: string; en: string };
  facts: Record<string, unknown>;
}

let world: BehaviourWorld;

beforeAll(async () => {
  world = await startBehaviourWorld();
});
afterAll(() => world.close());

/** By the database's clock, so that all of it lies within what is kept: 100 days ago, in whole minutes. */
const START_MS = Math.floor(Date.now() / 60_000) * 60_000 - 100 * 86_400_000;

async function makePeople(): Promise<Person[]> {
  const publicIds = await world.customers(CUSTOMERS);
  const ids = publicIds.map((id) => parsePublicId('cus', id) ?? '').sort();
  const people = ids.map((id) => ({ id, externalUserId: `wm${id}` }));
  await world.sql(
    `UPDATE customers.customers SET external_user_id = 'wm' || id WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
    [world.corpId, ids],
  );
  return people;
}

/** What all consumers of the timeline do with it, without the mark that they had it: a replay comes to the same place. */
async function tell({ definition, id, at, payload }: ToldEvent): Promise<void> {
  const { name, version } = definition;
  for (const { consumer } of world.http.get(EventConsumers).of(definition)) {
    if (!consumer.name.startsWith('customers.book_') || !('apply' in consumer)) continue;
    const event = { id, corpId: world.corpId, name, version, at, payload };
    await world.http.get(UnitOfWork).run(world.corpId, () => consumer.apply(event, undefined));
  }
}

async function link(people: readonly Person[], together: readonly number[]): Promise<void> {
  await world.sql(
    `INSERT INTO customers.person_links (corp_id, customer_id, person_id)
     SELECT $1, id, $2 FROM unnest($3::uuid[]) AS id`,
    [world.corpId, people[together[0] ?? 0]?.id, together.map((one) => people[one]?.id)],
  );
}

async function list(customerId: string, query = ''): Promise<{ items: Entry[]; nextCursor?: string }> {
  const { status, body } = await world.call(
    'GET',
    `/v1/customers/${toPublicId('cus', customerId)}/timeline?${query}`,
  );
  expect(status).toBe(200);
  return body;
}

async function listAll(customerId: string, limit: number, query = ''): Promise<Entry[]> {
  const items: Entry[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = await list(customerId, `limit=${limit}${query}${cursor && `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** The tables of behaviour, which the model says for itself. */
async function store(model: TimelineModel, people: readonly Person[]): Promise<void> {
  for (const { id, who, at } of model.did) {
    const params = [world.corpId, id, people[who]?.id, new Date(at)];
    const changed = await world.sql(
      `UPDATE customers.behaviour_events SET customer_id = $3, at = $4 WHERE corp_id = $1 AND id = $2 RETURNING id`,
      params,
    );
    if (changed.length > 0) continue;
    await world.sql(
      `INSERT INTO customers.behaviour_events (corp_id, id, customer_id, at, type, source, external_id, revision, data, recorded_at)
       VALUES ($1, $2::uuid, $3, $4, 'page_viewed', 'shop', $2::uuid::text, 1, '{}', now())`,
      params,
    );
  }
}

describe('the timeline', () => {
  it('shows what happened, in whatever order and however often the events come', async () => {
    await fc.assert(
      fc.asyncProperty(
        happenings,
        fc.infiniteStream(fc.nat(1_000)),
        fc.integer({ min: 1, max: 7 }),
        async (all, chance, limit) => {
          const pick = (below: number): number => (chance.next().value ?? 0) % below;
          const people = await makePeople();
          const model = new TimelineModel(people, START_MS);
          const waiting: ToldEvent[] = [];
          const told: ToldEvent[] = [];
          for (const happening of all) {
            waiting.push(model.happen(happening));
            await store(model, people);
            while (waiting.length > 0 && pick(3) > 0) told.push(...waiting.splice(pick(waiting.length), 1));
            for (const event of told.splice(0)) {
              await tell(event);
              if (pick(4) === 0) waiting.push(event); // it will come again
            }
          }
          const rest = [...waiting, ...waiting].sort(() => pick(3) - 1);
          for (let at = 0; at < rest.length; at += 3) await Promise.all(rest.slice(at, at + 3).map(tell));
          await link(people, [0, 2]);

          for (const set of [[0, 2], [1]]) {
            const expected = model.expected(new Set(set));
            const items = await listAll(people[set.at(-1) ?? 0]?.id ?? '', limit);
            expect(items.map((item) => item.at)).toEqual(
              items
                .map((item) => item.at)
                .toSorted()
                .reverse(),
            );
            expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
            expect(items.map((item) => seenOf(item, people)).sort(newestFirst)).toEqual(expected);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  it('filters by type and time, and goes on after a cursor of the same filter only', async () => {
    const [person = { id: '', externalUserId: '' }] = await makePeople();
    const model = new TimelineModel([person], START_MS);
    const happening = { who: 0, other: 0, later: 0 } as const;
    for (let minute = 0; minute < 10; minute++) {
      await tell(model.happen({ ...happening, kind: minute % 2 === 0 ? 'lost' : 'started', minute }));
    }
    const lost = await listAll(person.id, 2, '&types=customers.lost');
    expect(lost.map(({ type }) => type)).toEqual(Array(5).fill('customers.lost'));
    const within = `from=${isoOf(2)}&to=${isoOf(5)}`;
    expect((await list(person.id, within)).items.map(({ at }) => at)).toEqual([4, 3, 2].map(isoOf));
    const both = await list(person.id, `types=customers.lost&types=customers.relation_started&limit=1`);
    expect(both.items).toHaveLength(1);
    const url = `/v1/customers/${toPublicId('cus', person.id)}/timeline`;
    expect(await world.call('GET', `${url}?types=customers.lost&cursor=${both.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'http.cursor_invalid' },
    });
    expect(await world.call('GET', `${url}?types=customers.nothing`)).toMatchObject({ status: 400 });
  });

  it('names what happened in both languages, with public ids and no text of a person', async () => {
    const [person = { id: '', externalUserId: '' }] = await makePeople();
    const model = new TimelineModel([person], START_MS);
    await tell(model.happen({ kind: 'started', who: 0, other: 0, minute: 1, later: 5 }));
    const [entry] = (await list(person.id)).items;
    expect(entry).toEqual({
      id: expect.stringMatching(/^tle_/),
      customerId: toPublicId('cus', person.id),
      type: 'customers.relation_started',
      module: 'customers',
      at: isoOf(1),
      text: { zh: '与成员 chen.yu 成为好友', en: 'Became a contact of chen.yu' },
      facts: { relationId: expect.stringMatching(/^rel_/), staffUserId: 'chen.yu', addWay: 1, state: null },
    });
    const viewed = model.happen({ kind: 'did', who: 0, other: 0, minute: 2, later: 5 });
    await store(model, [person]);
    await tell(viewed);
    expect((await list(person.id)).items[0]?.text).toEqual({ zh: '浏览页面', en: 'Viewed a page' });
  });

  it('keeps nothing that is older than it may be, and nothing that has not happened', async () => {
    const [person = { id: '', externalUserId: '' }] = await makePeople();
    for (const minutes of [-1_200_000, 300_000]) {
      const model = new TimelineModel([person], START_MS);
      await tell(model.happen({ kind: 'started', who: 0, other: 0, minute: minutes, later: 0 }));
    }
    expect((await list(person.id)).items).toEqual([]);
  });

  it('waits an hour for the customer who was greeted before he was read, and for no stranger longer', async () => {
    const [person = { id: '', externalUserId: '' }] = await makePeople();
    const known = (as: string | null) =>
      world.sql(`UPDATE customers.customers SET external_user_id = $3 WHERE corp_id = $1 AND id = $2`, [
        world.corpId,
        person.id,
        as,
      ]);
    await known(null);
    const model = new TimelineModel([person], START_MS);
    const happening = { kind: 'welcome', who: 0, other: 0, minute: 1, later: 1 } as const;
    const greeted = { ...model.happen(happening), at: new Date() };
    await expect(tell(greeted)).rejects.toThrow('no customer yet');
    await known(person.externalUserId);
    await tell(greeted);
    expect((await list(person.id)).items.map(({ type }) => type)).toEqual(['welcome.greeted']);
    const ofStranger = model.happen({ ...happening, other: CUSTOMERS });
    await tell({ ...ofStranger, at: new Date(Date.now() - 3_601_000) });
  });

  it('is of nobody who does not exist, and of no other corp', async () => {
    const [person = { id: '', externalUserId: '' }] = await makePeople();
    const url = (id: string): string => `/v1/customers/${id}/timeline`;
    const { id } = await world.http.addCorp();
    const foreign = await world.http.corpKey(id, ['customers:read']);
    const notFound = { status: 404, body: { code: 'customers.not_found' } };
    expect(await world.call('GET', url(toPublicId('cus', person.id)), undefined, foreign)).toMatchObject(
      notFound,
    );
    expect(await world.call('GET', url(toPublicId('cus', randomUUID())))).toMatchObject(notFound);
    expect(await world.call('GET', url('cus_nonsense'))).toMatchObject(notFound);
  });
});

function isoOf(minute: number): string {
  return new Date(START_MS + minute * 60_000).toISOString();
}

function seenOf({ customerId, type, at }: Entry, people: readonly Person[]): Seen {
  const id = parsePublicId('cus', customerId);
  return { customer: people.findIndex((person) => person.id === id), type, at: Date.parse(at) };
}
