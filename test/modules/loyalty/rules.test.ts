import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { AwardStore } from '../../../src/modules/loyalty/rules/persistence/award-store.js';
import { RuleStore } from '../../../src/modules/loyalty/rules/persistence/rule-store.js';
import { evaluate } from '../../../src/modules/loyalty/rules/domain/evaluate.js';
import { replayOf } from '../../../src/modules/loyalty/rules/domain/inputs.js';
import { DAY_MS, MINUTE_MS, type RulesWorld, startRulesWorld, type Told } from './rules-world.js';

let world: RulesWorld;

beforeAll(async () => {
  world = await startRulesWorld();
});
afterAll(() => world.close());

const fixed = (points: number) => ({ kind: 'fixed', points });
const paid = (customerId: string, orderId: string, amount: number): Told => ({
  customerId,
  type: 'order_paid',
  data: { orderId, amount },
});
const refunded = (customerId: string, orderId: string, amount: number): Told => ({
  customerId,
  type: 'order_refunded',
  data: { orderId, amount },
});
const visit = (customerId: string, page: string, at?: Date): Told => ({
  customerId,
  type: 'page_viewed',
  data: { page },
  ...(at && { at }),
});
const onPage = (page: string) => ({ of: 'event', key: 'page', is: 'in', value: [page] });
let pages = 0;
/** Rules of one test are none of another's. */
const freshPage = (): string => `/page-${++pages}`;

async function replays(eventIds: readonly string[]): Promise<void> {
  await world.run(async () => {
    const awards = await world.http.get(AwardStore).ofEvents(eventIds);
    expect(awards.length).toBeGreaterThan(0);
    const versions = await world.http.get(RuleStore).versionsByIds(awards.map((one) => one.ruleVersionId));
    for (const award of awards) {
      const version = versions.find(({ id }) => id === award.ruleVersionId);
      if (!version) throw new Error('no version');
      const { question, state } = replayOf(award, version, 'Asia/Shanghai');
      const { points, wanted, verdict } = evaluate(question, state);
      expect({ points, wanted, verdict }).toEqual({
        points: award.granted,
        wanted: award.wanted,
        verdict: award.verdict,
      });
    }
  });
}

describe('orders and refunds', () => {
  let endRule: () => Promise<unknown>;
  beforeAll(async () => {
    const id = await world.rule({
      trigger: 'order_paid',
      amount: { kind: 'perUnit', property: 'amount', per: 100, points: 3 },
    });
    endRule = () => world.call('POST', `/v1/loyalty/rules/${id}/end`);
  });
  afterAll(() => endRule());

  it('gives what a model says, in whatever order payments, corrections, refunds and spendings come', async () => {
    const order = fc.record({
      amount: fc.integer({ min: 0, max: 3_000 }),
      refunds: fc.array(fc.nat(1_500), { maxLength: 3 }),
      /** What was told at first, if it was wrong. */
      wrong: fc.option(fc.nat(3_000)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(order, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat(1_000)),
        async (orders, dice) => {
          const roll = () => dice.next().value ?? 0;
          const [customer = ''] = await world.customers(1);
          const told: Told[] = [];
          const corrections: (() => Promise<void>)[] = [];
          let expected = 0;
          for (const { amount, refunds, wrong } of orders) {
            const orderId = randomUUID();
            const payment = { ...paid(customer, orderId, amount), externalId: orderId };
            if (wrong !== null)
              corrections.push(async () => world.tellChanged((await world.record(payment))[0] ?? ''));
            const earned = Math.floor(amount / 100) * 3;
            const back = Math.min(
              amount,
              refunds.reduce((sum, one) => sum + one, 0),
            );
            expected += earned - (amount === 0 ? 0 : Math.floor((earned * back) / amount));
            told.push(
              { ...payment, data: { orderId, amount: wrong ?? amount } },
              ...refunds.map((one) => refunded(customer, orderId, one)),
            );
          }
          const ids = await world.record(...told);
          const shuffled = ids.map((id) => ({ id, place: roll() })).sort((a, b) => a.place - b.place);
          let spent = 0;
          while (shuffled.length + corrections.length > 0) {
            const part = shuffled.splice(0, 1 + (roll() % 3)).map(({ id }) => id);
            if (part.length > 0) await world.tell(roll() % 4 === 0 ? [...part, ...part] : part);
            if (roll() % 2 === 0) await corrections.pop()?.();
            const { posted = 0 } = (await world.account(customer)) ?? {};
            if (posted === 0 || roll() % 2 === 0) continue;
            const amount = 1 + (roll() % posted);
            await world.post({ customerId: customer, kind: 'spend', amount });
            spent += amount;
          }
          expect(await world.net(customer)).toBe(expected - spent);
          await world.tell(ids); // once more all of it
          expect(await world.net(customer)).toBe(expected - spent);
        },
      ),
      { numRuns: 10 },
    );
  }, 60_000);

  it('corrects what a corrected event earned, also for somebody else', async () => {
    const [customer = '', other = ''] = await world.customers(2);
    const externalId = randomUUID();
    const orderId = randomUUID();
    const told = { ...paid(customer, orderId, 1_000), externalId };
    const [id = ''] = await world.record(told);
    await world.tell([id]);
    expect(await world.net(customer)).toBe(30);
    for (const [amount, points] of [
      [500, 15],
      [2_000, 60],
      [100, 3],
    ] as const) {
      await world.record({ ...told, data: { orderId, amount } });
      await world.tellChanged(id);
      await world.tellChanged(id);
      expect(await world.net(customer)).toBe(points);
    }
    await world.record({ ...paid(other, orderId, 300), externalId });
    await world.tellChanged(id);
    expect([await world.net(customer), await world.net(other)]).toEqual([0, 9]);
    await replays([id]);
  });

  it('takes each event once, however many tell of it at the same time, a refund beside its payment', async () => {
    const [customer = ''] = await world.customers(1);
    const orders = Array.from({ length: 10 }, () => randomUUID());
    const payments = await world.record(...orders.map((order) => paid(customer, order, 1_000)));
    const refunds = await world.record(...orders.map((order) => refunded(customer, order, 500)));
    const each = [...payments, ...refunds, ...payments].map((id) => world.tell([id]));
    await Promise.all([...each, world.tell(payments), world.tell([...refunds, ...payments])]);
    expect(await world.net(customer)).toBe(10 * 15);
  });
});

describe('caps', () => {
  it('neither overshoots nor undershoots under 1,000 parallel hits, and cuts what fits in part', async () => {
    const page = freshPage();
    const rule = await world.rule({
      trigger: 'page_viewed',
      conditions: onPage(page),
      amount: fixed(7),
      caps: [
        { of: 'rule', per: 'all', period: 'month', points: 1_000 },
        { of: 'rule', per: 'member', period: 'day', points: 100 },
        { of: 'rule', per: 'group', property: 'title', period: 'lifetime', points: 451 },
      ],
    });
    const customers = await world.customers(20);
    const told = Array.from({ length: 1_000 }, (_, n) => {
      const event = visit(customers[n % 20] ?? '', page);
      return { ...event, data: { ...event.data, title: `group ${n % 2}` } };
    });
    const ids = await world.record(...told);
    const parts = Array.from({ length: 20 }, (_, n) => ids.slice(n * 50, n * 50 + 50));
    await Promise.all(parts.map((part) => world.tell(part)));
    const nets = await Promise.all(customers.map((customer) => world.net(customer)));
    expect(nets.reduce((sum, one) => sum + one, 0)).toBe(902); // two groups of 451 are below the 1,000 of all
    expect(Math.max(...nets)).toBeLessThanOrEqual(100);
    const counters: any[] = [];
    for (let cursor = ''; ;) {
      const { body } = await world.call('GET', `/v1/loyalty/rules/${rule}/caps?limit=200${cursor}`);
      counters.push(...body.items);
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    const used = counters.filter(({ of, per }: any) => of === 'rule' && per !== 'member');
    expect(used.map(({ used: points }: any) => points).sort()).toEqual([451, 451, 902]);
    await replays(ids);
  }, 60_000);

  it('are of a person, of the period of the event, and given back only where the rule says so', async () => {
    const [one = '', two = ''] = await world.customers(2);
    await world.link(one, two);
    for (const givesCapBack of [false, true]) {
      const page = freshPage();
      const id = await world.rule({
        trigger: 'order_paid',
        conditions: { of: 'event', key: 'amount', is: 'gte', value: 1_000 },
        amount: { kind: 'perUnit', property: 'amount', per: 100, points: 1 },
        caps: [{ of: 'rule', per: 'member', period: 'day', points: 15 }],
        givesCapBack,
        exclusiveGroup: page,
      });
      const [orderA, orderB, orderC] = [randomUUID(), randomUUID(), randomUUID()];
      const before = (await world.net(one)) + (await world.net(two));
      const now = async () => (await world.net(one)) + (await world.net(two)) - before;
      await world.tell(await world.record(paid(one, orderA, 1_000), paid(two, orderB, 1_000)));
      expect(await now()).toBe(15);
      await world.tell(await world.record(refunded(one, orderA, 1_000)));
      expect(await now()).toBe(5);
      await world.tell(await world.record(paid(two, orderC, 1_000)));
      expect(await now()).toBe(givesCapBack ? 15 : 5);
      await world.tell(
        await world.record({
          ...paid(two, randomUUID(), 1_000),
          at: new Date(world.now().getTime() - DAY_MS),
        }),
      );
      expect(await now()).toBe(givesCapBack ? 15 : 5); // not in force then
      await world.call('POST', `/v1/loyalty/rules/${id}/end`);
    }
  });

  it('cools down, before and after, for one person', async () => {
    const page = freshPage();
    await world.rule({
      trigger: 'page_viewed',
      conditions: onPage(page),
      amount: fixed(1),
      coolDownMinutes: 60,
    });
    const [customer = ''] = await world.customers(1);
    const at = (minutes: number) => new Date(world.now().getTime() + minutes * MINUTE_MS);
    const ids = await world.record(
      ...[200, 100, 141, 60, 259, 261, 0].map((minutes) => visit(customer, page, at(minutes))),
    );
    for (const id of ids) await world.tell([id]);
    expect(await world.net(customer)).toBe(4); // 200, 100, 261, 0
    await replays(ids);
  });
});

describe('what is longer than usual', () => {
  it('waits for points that are held back for months, and wakes up for them', async () => {
    const page = freshPage();
    await world.rule({ trigger: 'page_viewed', conditions: onPage(page), amount: fixed(1), holdDays: 366 });
    const [customer = ''] = await world.customers(1);
    await world.tell(await world.record(visit(customer, page)));
    const [job] = await world.sql<{ days: number }>(
      `SELECT round(extract(epoch FROM run_at - now()) / 86400)::int AS days FROM graphile_worker.jobs
        WHERE task_identifier = 'loyalty.awards_due' ORDER BY run_at DESC LIMIT 1`,
    );
    expect([await world.net(customer), job?.days]).toEqual([0, 366]);
  });

  it('names a group by its first letters, and cuts none in half', async () => {
    const page = freshPage();
    const cap = { of: 'rule', per: 'group', property: 'title', period: 'lifetime', points: 3 };
    await world.rule({ trigger: 'page_viewed', conditions: onPage(page), amount: fixed(2), caps: [cap] });
    const [customer = ''] = await world.customers(1);
    const title = `${'x'.repeat(199)}🌟${'y'.repeat(100)}`;
    const told = Array.from({ length: 3 }, () => ({ ...visit(customer, page), data: { page, title } }));
    for (const id of await world.record(...told)) await world.tell([id]);
    expect(await world.net(customer)).toBe(3);
  });

  it('takes orders with the longest of ids', async () => {
    const id = await world.rule({ trigger: 'order_paid', amount: fixed(4) });
    const [customer = ''] = await world.customers(1);
    const order = Array.from({ length: 1_000 }, (_, n) =>
      String.fromCodePoint(0x20000 + ((n * 7919) % 40_000)),
    ).join('');
    await world.tell(await world.record(paid(customer, order, 100), refunded(customer, order, 50)));
    expect(await world.net(customer)).toBe(2);
    await world.call('POST', `/v1/loyalty/rules/${id}/end`);
  });
});

describe('rules together', () => {
  it('asks the higher priority first and lets one of a group give', async () => {
    const page = freshPage();
    const group = { trigger: 'page_viewed', exclusiveGroup: page };
    const both = (...conditions: object[]) => ({ all: [onPage(page), ...conditions] });
    await world.rule({ ...group, conditions: both(), amount: fixed(1) });
    await world.rule({
      ...group,
      conditions: both({ of: 'profile', key: 'position', is: 'in', value: ['店长'] }),
      amount: fixed(5),
      priority: 10,
      wallet: 'growth',
    });
    const [customer = '', manager = ''] = await world.customers(2);
    const written = await world.http.call(world.key, {
      method: 'PATCH',
      url: `/v1/customers/${toPublicId('cus', manager)}/profile`,
      headers: { 'if-match': '*' },
      payload: { fields: { position: '店长' } },
    });
    const ids = await world.record(visit(customer, page), visit(manager, page));
    await world.tell(ids);
    expect([written.statusCode, await world.net(customer), await world.net(manager, 'growth')]).toEqual([
      200, 1, 5,
    ]);
    expect(await world.net(manager)).toBe(0);
    const verdicts = (await world.explain(ids[1] ?? '')).map(({ verdict }) => verdict).sort();
    expect(verdicts.filter((one) => ['earned', 'excluded_by_other_rule'].includes(one))).toEqual([
      'earned',
      'excluded_by_other_rule',
    ]);
    await replays(ids);
  });

  it('keeps the version of the time of the event, and says so', async () => {
    const page = freshPage();
    const content = { trigger: 'page_viewed', conditions: onPage(page) };
    const id = await world.rule({ ...content, amount: fixed(1) });
    const [customer = ''] = await world.customers(1);
    const early = world.now();
    world.http.clock.advance(2_000);
    await world.call('PUT', `/v1/loyalty/rules/${id}`, { ...content, amount: fixed(100) });
    const late = visit(customer, page, new Date(early.getTime() + 1_000));
    const [first = ''] = await world.record(late);
    await world.tell([first]);
    const activated = await world.call('POST', `/v1/loyalty/rules/${id}/activate`, {});
    expect(activated.body).toMatchObject({ versionInForce: 2, state: 'in_force' });
    await world.tell(await world.record(visit(customer, page), { ...late, externalId: randomUUID() }));
    expect(await world.net(customer)).toBe(102);
    const again = await world.call('POST', `/v1/loyalty/rules/${id}/activate`, { version: 1 });
    expect([again.status, again.body.code]).toEqual([409, 'loyalty.rule_version_used']);
    await world.call('POST', `/v1/loyalty/rules/${id}/end`);
    world.http.clock.advance(1_000);
    await world.tell(await world.record(visit(customer, page)));
    expect(await world.net(customer)).toBe(102);
    const versions = (await world.call('GET', `/v1/loyalty/rules/${id}/versions`)).body.items;
    expect(versions.map(({ version }: any) => version)).toEqual([2, 1]);
    const entries = await world.sql<{ id: string }>(
      `SELECT t.rule_version_id AS id FROM loyalty.transfers t WHERE t.corp_id = $1 AND t.source_event_id = $2`,
      [world.corpId, first],
    );
    expect(entries.map((one) => one.id)).toEqual([versions[1].id]);
  });
});

it('all that is kept adds up: counters with awards, awards with the ledger', async () => {
  const rows = await world.sql<{ what: string; wrong: number; all: number }>(
    `WITH award AS (SELECT * FROM loyalty.rule_awards WHERE corp_id = $1),
      counted AS (SELECT substr(key, 1, 36)::uuid AS owner_id, substr(key, 38) AS counter, sum(value::bigint) AS used
                    FROM award CROSS JOIN LATERAL jsonb_each_text(award.counters) GROUP BY key),
      booked AS (SELECT (b->>'transferId')::uuid AS id, (b->>'amount')::bigint AS amount, (b->>'reversed')::bigint AS reversed
                   FROM award CROSS JOIN LATERAL jsonb_array_elements(award.bookings) AS b)
     SELECT 'counters' AS what, count(*) FILTER (WHERE c.used IS DISTINCT FROM coalesce(k.used, 0))::int AS wrong, count(*)::int AS all
       FROM loyalty.rule_counters c LEFT JOIN counted k USING (owner_id, counter) WHERE c.corp_id = $1
     UNION ALL
     SELECT 'bookings', count(*) FILTER (WHERE (t.amount, t.reversed_amount) IS DISTINCT FROM (b.amount, b.reversed))::int, count(*)::int
       FROM booked b FULL JOIN (SELECT * FROM loyalty.transfers WHERE corp_id = $1 AND rule_version_id IS NOT NULL) t USING (id)`,
    [world.corpId],
  );
  expect(rows).toMatchObject([
    { what: 'counters', wrong: 0, all: expect.any(Number) },
    { what: 'bookings', wrong: 0, all: expect.any(Number) },
  ]);
  expect(Math.min(...rows.map(({ all }) => all))).toBeGreaterThan(20);
});
