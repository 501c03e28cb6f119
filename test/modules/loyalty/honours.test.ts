import { randomUUID } from 'node:crypto';
import { Honours } from '../../../src/modules/loyalty/honours/use-cases/honours.js';
import { boardClosed, type LevelChanged, levelChanged } from '../../../src/modules/loyalty/loyalty.events.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import type { EventDefinition } from '../../../src/platform/events/event.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
let programs: string;

beforeAll(async () => {
  world = await startLedgerWorld();
  programs = `/v1/loyalty/programs/${toPublicId('prg', world.program.id)}`;
});
afterAll(() => world.close());

const post = (path: string, body: object = {}) => world.call('POST', `/v1/loyalty${path}`, body);
const define = async (over: object = {}): Promise<any> => {
  const body = {
    key: `h-${randomUUID().slice(0, 8)}`,
    kind: 'medal',
    nameZh: '勋章',
    nameEn: 'Medal',
    ...over,
  };
  return (await world.call('POST', `${programs}/honours`, body)).body;
};
const grant = async (...items: { honour: any; member: string }[]) =>
  (
    await post('/honour-grants', {
      items: items.map(({ honour, member }) => ({
        honourId: honour.id,
        memberId: member,
        reason: '表现优秀',
      })),
    })
  ).body.results;
const held = async (member: string, query = '') =>
  (await world.call('GET', `/v1/loyalty/members/${member}/honours${query}`)).body.items;
const uuid = (publicId: string, prefix: string): string => parsePublicId(prefix, publicId) ?? '';
const at = (instant: string): void => world.http.clock.set(new Date(instant));

/** Postings look up rules at most once a second. */
const rulesAreRead = () => new Promise((resolve) => setTimeout(resolve, 1010));

/** What the consumer of honours does with an event. */
async function deliver<P>(definition: EventDefinition<P>, payload: P): Promise<void> {
  const event = { id: randomUUID(), corpId: world.corpId, ...definition, at: new Date(), payload };
  for (const { consumer } of world.http.get(EventConsumers).of(definition))
    if ('apply' in consumer && consumer.name.endsWith('_honours'))
      await world.run(() => consumer.apply(event, undefined));
}

/** Members by earning a point; public ids, in the order of the customers. */
async function members(count: number): Promise<{ member: string; customerId: string }[]> {
  const customers = await world.customers(count);
  await world.post(...customers.map((customerId) => ({ customerId, amount: 1 })));
  const rows = await world.sql<{ id: string; customerId: string }>(
    `SELECT id, customer_id AS "customerId" FROM loyalty.members WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])`,
    [world.corpId, customers],
  );
  return rows.map(({ id, customerId }) => ({ member: toPublicId('mem', id), customerId }));
}
const member = async () => (await members(1))[0] ?? { member: '', customerId: '' };

describe('POST /v1/loyalty/honour-grants', () => {
  it('gives each once a member and period, whoever grants at the same time', async () => {
    at('2026-11-22T04:00:00Z');
    const weekly = await define({ period: 'week' });
    const all = await members(20);
    const items = all.map((one) => ({ honour: weekly, member: one.member }));
    const answers = await Promise.all(
      [items, [...items].reverse(), [...items, ...items]].map((one) => grant(...one)),
    );
    const granted = answers.flat().filter(({ outcome }: any) => outcome === 'granted');
    expect(granted).toHaveLength(20);
    for (const { outcome, code } of answers.flat())
      expect([outcome, code]).toEqual(
        outcome === 'granted' ? ['granted', undefined] : ['refused', 'loyalty.honour_held'],
      );
    expect(await held(all[0]?.member ?? '')).toMatchObject([
      { period: '2026-W47', source: 'staff', reason: '表现优秀' },
    ]);
    at('2026-11-22T16:00:00Z'); // Monday in Shanghai
    expect(await grant(...items)).toMatchObject(items.map(() => ({ outcome: 'granted' })));
  });

  it('answers for each what it refuses', async () => {
    const one = await member();
    const medal = await define();
    const over = await define();
    await post(`/honours/${over.id}/end`);
    const stranger = { ...medal, id: toPublicId('hon', randomUUID()) };
    const results = await grant(
      { honour: stranger, member: one.member },
      { honour: over, member: one.member },
      { honour: medal, member: toPublicId('mem', randomUUID()) },
      { honour: medal, member: one.member },
    );
    expect(results.map(({ code, outcome }: any) => code ?? outcome)).toEqual([
      'loyalty.honour_not_found',
      'loyalty.honour_ended',
      'loyalty.member_not_found',
      'granted',
    ]);
    expect((await post('/honour-grants', { items: [] })).status).toBe(400);
    expect((await define({ key: medal.key })).code).toBe('loyalty.honour_key_taken');
    for (const rule of [
      { kind: 'streak' },
      { kind: 'level', count: 3 },
      { kind: 'earned', ref: 'points' },
      { kind: 'level', ref: 'gold', count: 1 },
    ])
      expect((await define({ rule })).code).toBe('loyalty.honour_rule_invalid');
  });

  it('has at most a thousand in a program', async () => {
    const { body: other } = await post('/programs', { key: 'full', nameZh: '满', nameEn: 'Full' });
    await world.sql(
      `INSERT INTO loyalty.honours (corp_id, id, program_id, key, kind, name_zh, name_en, period, created_at)
       SELECT $1, gen_random_uuid(), $2, 'k-' || n, 'medal', '章', 'Medal', 'lifetime', now() FROM generate_series(1, 999) AS n`,
      [world.corpId, uuid(other.id, 'prg')],
    );
    const path = `/programs/${other.id}/honours`;
    const answers = [];
    for (const key of ['a', 'b', 'a'])
      answers.push((await post(path, { key, kind: 'medal', nameZh: '章', nameEn: 'Medal' })).body.code);
    expect(answers).toEqual([undefined, 'loyalty.honours_full', 'loyalty.honour_key_taken']);
    expect((await post(`${path}/presets`)).body.code).toBe('loyalty.honours_full');
    expect((await world.call('GET', `/v1/loyalty${path}`)).body.items).toHaveLength(1_000);
  });

  it('ends by its days without a sweeper, and over all customers of the person', async () => {
    at('2026-11-22T04:00:00Z');
    const [one, two] = await members(2);
    await world.link(one?.customerId ?? '', two?.customerId ?? '');
    const brief = await define({ validDays: 30, kind: 'privilege' });
    await grant({ honour: brief, member: one?.member ?? '' });
    at('2026-12-22T03:59:59Z');
    expect(await held(two?.member ?? '', '?state=active')).toMatchObject([
      { key: brief.key, isActive: true },
    ]);
    at('2026-12-22T04:00:00Z');
    expect(await held(two?.member ?? '', '?state=active')).toEqual([]);
    expect(await held(two?.member ?? '')).toMatchObject([
      { key: brief.key, isActive: false, revokedAt: null },
    ]);
  });
});

describe('rules', () => {
  it('give what was earned in the transaction that earned it, once', async () => {
    const rich = await define({ rule: { kind: 'earned', ref: 'points', count: 100 } });
    const grown = await define({ rule: { kind: 'earned', ref: 'growth', count: 5 } });
    const { member: id, customerId } = await member();
    await rulesAreRead();
    await world.post({ customerId, amount: 98 });
    expect(await held(id)).toEqual([]);
    await expect(
      world.run(async () => {
        await world.ledger.post([
          { key: 'x', programId: world.program.id, customerId, wallet: 'points', kind: 'earn', amount: 1 },
        ]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await held(id)).toEqual([]);
    await Promise.all(
      [1, 2, 3].map(() => world.post({ customerId, amount: 1 }, { customerId, amount: 5, wallet: 'growth' })),
    );
    const keys = (await held(id)).map(({ key, source }: any) => `${key} ${source}`);
    expect(keys.sort()).toEqual([`${rich.key} rule`, `${grown.key} rule`].sort());
  });

  it('do not give again what people took back; people do', async () => {
    const medal = await define({ rule: { kind: 'earned', ref: 'points', count: 2 } });
    const { member: id, customerId } = await member();
    await rulesAreRead();
    await world.post({ customerId, amount: 1 });
    const [first] = await held(id);
    const path = `/honour-grants/${first.id}/revoke`;
    expect((await post(path, { reason: '作弊' })).body).toMatchObject({
      isActive: false,
      revokedReason: '作弊',
    });
    expect((await post(path, { reason: '再次' })).body).toMatchObject({ revokedReason: '作弊' });
    await world.post({ customerId, amount: 1 });
    expect(await held(id, '?state=active')).toEqual([]);
    expect(await grant({ honour: medal, member: id })).toMatchObject([{ outcome: 'granted' }]);
    expect(await held(id, '?state=active')).toHaveLength(1);
    expect(
      (await post(`/honour-grants/${toPublicId('hgr', randomUUID())}/revoke`, { reason: 'x' })).status,
    ).toBe(404);
  });

  it('follow streaks and days in all', async () => {
    const streak = await define({ rule: { kind: 'streak', count: 3 } });
    const days = await define({ rule: { kind: 'check_ins', count: 4 } });
    await world.call('PUT', `${programs}/check-in`, {});
    const { member: id, customerId } = await member();
    const keys: string[] = [];
    for (const day of ['2027-01-01', '2027-01-02', '2027-01-04', '2027-01-05', '2027-01-06']) {
      at(`${day}T04:00:00Z`);
      await post('/check-ins', { customerId: toPublicId('cus', customerId) });
      const own = (await held(id)).filter(({ key }: any) => key === streak.key || key === days.key);
      keys.push(own.map(({ key }: any) => key).join(' '));
    }
    expect(keys).toEqual(['', '', '', days.key, `${streak.key} ${days.key}`]);
    const card = (await world.call('GET', `/v1/loyalty/members/${id}/share-card`)).body;
    expect(card.honours.slice(0, 2)).toMatchObject([{ key: streak.key }, { key: days.key }]);
  });

  it('follow levels, with those that were passed', async () => {
    const [silver, gold] = [
      await define({ rule: { kind: 'level', ref: 'silver' } }),
      await define({ rule: { kind: 'level', ref: 'gold' } }),
    ];
    const levels = ['bronze', 'silver', 'gold', 'platinum'].map((key, n) => ({
      key,
      nameZh: key,
      nameEn: key,
      threshold: n * 1000,
      retention: 0,
      benefits: [],
    }));
    const { body: table } = await world.call('POST', `${programs}/level-tables`, { levels });
    await post(`/level-tables/${table.id}/activate`);
    const { member: id, customerId } = await member();
    await world.post({ customerId, amount: 2000, wallet: 'growth' });
    const events = await world.sql<{ payload: LevelChanged }>(
      `SELECT payload FROM platform.events WHERE corp_id = $1 AND name = 'loyalty.level_changed' ORDER BY id`,
      [world.corpId],
    );
    for (const { payload } of [...events, ...events]) await deliver(levelChanged, payload);
    const own = (await held(id)).filter(({ key }: any) => key === silver.key || key === gold.key);
    expect(own).toHaveLength(2);
    const card = (await world.call('GET', `/v1/loyalty/members/${id}/share-card`)).body;
    expect(card.level).toEqual({ key: 'gold', nameZh: 'gold', nameEn: 'gold' });
  });

  it('follow closed periods of boards', async () => {
    const board = randomUUID();
    const ref = toPublicId('brd', board);
    const king = await define({ period: 'week', rule: { kind: 'board', ref, count: 1 } });
    const top = await define({ rule: { kind: 'board', ref, count: 2 } });
    const [one, two] = await members(2);
    const ids = [one, two].map((each) => uuid(each?.member ?? '', 'mem'));
    const winners = (order: number[]) =>
      order.map((n, at) => ({
        memberId: ids[n] ?? '',
        customerId: '',
        rank: at + 1,
        points: 1,
        prize: null,
      }));
    for (const [periodKey, order] of [
      ['2026-W46', [0, 1]],
      ['2026-W46', [0, 1]],
      ['2026-W47', [0, 1]],
    ] as const)
      await deliver(boardClosed, { boardId: board, periodKey, winners: winners([...order]) });
    const grants = (await held(one?.member ?? ''))
      .filter(({ key }: any) => key === king.key || key === top.key)
      .map(({ key, period }: any) => `${key} ${period}`);
    expect(grants.sort()).toEqual([`${king.key} 2026-W46`, `${king.key} 2026-W47`, `${top.key} all`].sort());
    expect(await held(two?.member ?? '')).toMatchObject([{ key: top.key, period: 'all' }]);
  });
});

it('POST …/honours/presets defines the usual ones once', async () => {
  const keys = ['bronze', 'gold', 'month-streak', 'platinum', 'silver', 'verified', 'week-streak'];
  for (let twice = 0; twice < 2; twice++) {
    const { status, body } = await world.call('POST', `${programs}/honours/presets`);
    expect(status).toBe(200);
    expect(body.items.map(({ key }: any) => key).filter((key: string) => !key.startsWith('h-'))).toEqual(
      keys,
    );
  }
});

describe('Honours.grant', () => {
  it('tells what it gave, as events of many', async () => {
    const medal = await define();
    const all = await members(3);
    const items = all.map((one) => ({
      honourId: uuid(medal.id, 'hon'),
      memberId: uuid(one.member, 'mem'),
      source: 'board' as const,
    }));
    await world.run(() => world.http.get(Honours).grant([...items, ...items]));
    const events = await world.sql<{ payload: any }>(
      `SELECT payload FROM platform.events WHERE corp_id = $1 AND name = 'loyalty.honour_granted' ORDER BY id DESC LIMIT 1`,
      [world.corpId],
    );
    expect(events[0]?.payload.grants.map(({ customerId }: any) => customerId).sort()).toEqual(
      all.map(({ customerId }) => customerId).sort(),
    );
    const foreign = await world.http.corpKey((await world.http.addCorp()).id, [
      'loyalty:read',
      'loyalty:write',
    ]);
    expect((await world.call('GET', `/v1/loyalty/honours/${medal.id}`, undefined, foreign)).status).toBe(404);
    expect(
      (await world.call('GET', `/v1/loyalty/members/${all[0]?.member}/honours`, undefined, foreign)).status,
    ).toBe(404);
    expect((await world.call('GET', '/v1/loyalty/honours/hon_1', undefined, foreign)).status).toBe(404);
  });
});
