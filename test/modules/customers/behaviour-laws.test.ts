import fc from 'fast-check';
import { Client } from 'pg';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { eventually } from '../../support/eventually.js';
import { AT, type BehaviourWorld, freshId, payment, startBehaviourWorld, visit } from './behaviour-world.js';

let world: BehaviourWorld;
let cus: string;

beforeAll(async () => {
  world = await startBehaviourWorld();
  [cus = ''] = await world.customers(1);
});
afterAll(() => world.close());

const fresh = freshId;
const view = (over: object = {}) => visit(cus, over);
const paid = (amount: number, over: object = {}) => payment(cus, amount, over);
const results: BehaviourWorld['results'] = (...given) => world.results(...given);

describe('POST /v1/customer-events', () => {
  it('stores each event once, whoever sends it at the same time in whatever order', async () => {
    const items = Array.from({ length: 60 }, () => view());
    const before = await world.rows();
    const calls = Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? items : [...items].reverse()));
    const answers = await Promise.all(calls.map((sent) => results(sent)));
    const after = await world.rows();
    expect([after.keys - before.keys, after.events - before.events]).toEqual([60, 60]);
    expect(after.revisions).toBe(before.revisions);
    const idsOf = (answer: any[], sent: any[]) =>
      sent.map((one, n) => `${one.externalId} ${answer[n].id}`).sort();
    for (const [n, answer] of answers.entries())
      expect(idsOf(answer, calls[n] ?? [])).toEqual(idsOf(answers[0] ?? [], items));
    expect(answers.flat().filter(({ repeated }) => !repeated)).toHaveLength(60);
  });

  it('takes changes that come at the same time one after the other', async () => {
    const items = Array.from({ length: 20 }, () => paid(1));
    await results(items);
    const bodies = [2, 3, 4, 5].map((amount) =>
      items.map((one) => ({ ...one, data: { ...one.data, amount } })),
    );
    const answers = await Promise.all(bodies.map((sent, n) => results(n % 2 ? sent : [...sent].reverse())));
    expect(answers.flat().filter(({ status, repeated }) => status === 'changed' && !repeated)).toHaveLength(
      80,
    );
    for (const { id } of answers[0] ?? []) {
      const { revision, revisions, data } = (await world.call('GET', `/v1/customer-events/${id}`)).body;
      const amounts = [data, ...revisions.map((one: any) => one.data)].map(({ amount }) => amount);
      expect([revision, amounts.sort()]).toEqual([5, [1, 2, 3, 4, 5]]);
    }
  });

  it('stores a change of an event whose month is gone as the event anew', async () => {
    const item = paid(1);
    const [made] = await results([item]);
    await world.sql('DELETE FROM customers.behaviour_events WHERE corp_id = $1 AND external_id = $2', [
      world.corpId,
      item.externalId,
    ]);
    expect(await results([{ ...item, data: { orderId: 'o', amount: 2 } }])).toMatchObject([
      { status: 'changed', id: made.id, revision: 2 },
    ]);
    const shown = (await world.call('GET', `/v1/customer-events/${made.id}`)).body;
    expect(shown).toMatchObject({ revision: 2, data: { amount: 2 }, revisions: [] });
  });

  it('leaves nothing of a call that dies half-way, and takes it again', async () => {
    const items = [view(), view(), view()];
    const before = await world.rows();
    const holder = new Client({ connectionString: world.http.database.appUrl });
    await holder.connect();
    await holder.query(`BEGIN; SELECT set_config('app.corp_id', '${world.corpId}', true)`);
    await holder.query(
      `INSERT INTO customers.behaviour_keys VALUES ($1, 'shop', $2, $1, $1, 'x', 1, now(), now())`,
      [world.corpId, items[2]?.externalId],
    );
    const dying = world.send(items);
    await eventually(async () => {
      const killed = await holder.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(killed.rows).toHaveLength(1);
    });
    expect((await dying).status).toBe(503);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await world.rows()).toEqual(before);
    expect(await results(items)).toMatchObject(items.map(() => ({ status: 'recorded' })));
  });

  it('is what a simple model says, for any calls one after the other', async () => {
    const body = fc.record({
      key: fc.nat(4),
      amount: fc.nat(2),
      at: fc.constantFrom(AT, '2026-08-02T00:00:00Z'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(body, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        async (calls) => {
          const salt = fresh();
          const model = new Map<number, string[]>();
          for (const call of calls) {
            const inCall = new Map<number, string>();
            const sent = call.map(({ key, amount, at }) =>
              view({ externalId: `${salt}-${key}`, type: 'order_paid', at, data: { orderId: 'o', amount } }),
            );
            const expected = call.map(({ key, ...rest }) => {
              const text = JSON.stringify(rest);
              const first = inCall.get(key);
              if (first !== undefined && first !== text) return 'refused';
              const known = model.get(key) ?? [];
              const revision = known.indexOf(text) + 1;
              const repeated = revision > 0 && first === undefined;
              if (revision === 0) model.set(key, [...known, text]);
              inCall.set(key, text);
              return `${revision || known.length + 1} ${first === undefined ? repeated : 'as before'}`;
            });
            const answers = await results(sent);
            expect(
              answers.map(({ status, revision, repeated }, n) =>
                status === 'refused'
                  ? 'refused'
                  : `${revision} ${expected[n]?.endsWith('before') ? 'as before' : (repeated ?? false)}`,
              ),
            ).toEqual(expected);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

it('keys and revisions are forgotten after 400 days, and not before', async () => {
  const item = paid(1);
  await results([item]);
  await results([{ ...item, data: { orderId: 'o', amount: 2 } }]);
  const age = (days: number) =>
    world.sql(
      `UPDATE customers.behaviour_keys SET recorded_at = $2::timestamptz - make_interval(days => $3) WHERE corp_id = $1`,
      [world.corpId, world.http.clock.now(), days],
    );
  const job = async () => {
    const found = world.http
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'customers.forget_event_keys');
    await found?.handle(
      { corpId: world.corpId },
      { attempt: 1, attemptsMax: 1, signal: new AbortController().signal },
    );
  };
  const before = await world.rows();
  await age(399);
  await job();
  expect(await world.rows()).toEqual(before);
  await age(401);
  await world.sql(
    `UPDATE customers.behaviour_revisions SET replaced_at = $2::timestamptz - interval '401 days' WHERE corp_id = $1`,
    [world.corpId, world.http.clock.now()],
  );
  await job();
  expect(await world.rows()).toEqual({ keys: 0, revisions: 0, events: before.events });
});
