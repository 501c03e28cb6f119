import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let world: LedgerWorld;
let settings: string;

beforeAll(async () => {
  world = await startLedgerWorld();
  settings = `/v1/loyalty/programs/${toPublicId('prg', world.program.id)}/check-in`;
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.call('PUT', settings, {});
});

const cus = (id: string): string => toPublicId('cus', id);
const checkIn = (customerId: string, over: object = {}) =>
  world.call('POST', '/v1/loyalty/check-ins', { customerId: cus(customerId), ...over });
const at = (instant: number | string): void => world.http.clock.set(new Date(instant));
const customer = async (): Promise<string> => (await world.customers(1))[0] ?? '';
const points = async (id: string, wallet?: string) => (await world.account(id, wallet))?.posted ?? 0;

/** Days in a row up to the last one, told by asking a clock on the wall for every day; knows nothing of the code. */
function streakOf(instants: readonly number[], timeZone: string): number {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const days = new Set(instants.map((instant) => wall.format(instant)));
  let streak = 0;
  let noon = Date.parse(`${wall.format(instants.at(-1))}T12:00:00Z`);
  for (; days.has(new Date(noon).toISOString().slice(0, 10)); noon -= DAY_MS) streak++;
  return streak;
}

describe('POST /v1/loyalty/check-ins', () => {
  it('is one a day and one posting, however many ask at the same time', async () => {
    at('2026-11-22T04:00:00Z');
    const [one = '', two = '', three = ''] = await world.customers(3);
    await world.link(one, two, three);
    const asked = Array.from({ length: 24 }, (_, n) => [one, two, three][n % 3] ?? '');
    const answers = await Promise.all(asked.map((id) => checkIn(id)));
    expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
    const first = answers.filter(({ body }) => !body.repeated);
    expect(first).toHaveLength(1);
    const { customerId: _, repeated: __, ...told } = first[0]?.body ?? {};
    for (const { body } of answers) expect(body).toMatchObject(told);
    expect(told).toMatchObject({ day: '2026-11-22', streak: 1, points: 2, growth: 2, milestones: [] });
    expect((await points(one)) + (await points(two)) + (await points(three))).toBe(2);
    const entries = await world.sql(
      `SELECT 1 FROM loyalty.transfers WHERE corp_id = $1 AND key LIKE 'check-in:%:2026-11-22'`,
      [world.corpId],
    );
    expect(entries).toHaveLength(1);
  });

  it('counts streaks as a calendar on the wall does, through changes of the clock and over merged customers', async () => {
    const zones = ['Asia/Shanghai', 'America/New_York', 'America/Sao_Paulo', 'Africa/Cairo', 'Pacific/Apia'];
    const starts = ['2026-03-05', '2026-04-20', '2026-10-20', '2026-12-28', '2028-02-25'];
    const gaps = fc.array(fc.constantFrom(3, 11, 13, 23, 24, 25, 26, 40, 49), {
      minLength: 6,
      maxLength: 16,
    });
    const run = fc.record({
      zone: fc.constantFrom(...zones),
      start: fc.constantFrom(...starts),
      gaps,
      both: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ zone, start, gaps: hours, both }) => {
        const program = await programIn(zone);
        const [one = '', two = ''] = await world.customers(2);
        if (both) await world.link(one, two);
        const instants: number[] = [];
        let now = Date.parse(`${start}T00:30:00Z`);
        for (const [n, gap] of hours.entries()) {
          at((now += gap * HOUR_MS));
          const { body } = await checkIn(both && n % 2 === 1 ? two : one, { programId: program });
          instants.push(now);
          expect([zone, new Date(now), body.streak]).toEqual([zone, new Date(now), streakOf(instants, zone)]);
        }
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('gives a milestone once a streak, and again in the next', async () => {
    await world.call('PUT', settings, { milestones: [{ days: 3, points: 5 }] });
    const id = await customer();
    const given: number[] = [];
    for (const day of [1, 2, 3, 4, 5, 9, 10, 11]) {
      at(Date.UTC(2027, 0, day, 4));
      const { body } = await checkIn(id);
      given.push(body.milestones.length);
    }
    expect(given).toEqual([0, 0, 1, 0, 0, 0, 0, 1]);
    expect([await points(id), await points(id, 'growth')]).toEqual([8 * 2 + 2 * 5, 8 * 2]);
  });

  it('pays at the next check-in what a merge jumped over', async () => {
    await world.call('PUT', settings, { milestones: [{ days: 4, points: 5 }] });
    const [one = '', two = ''] = await world.customers(2);
    for (const [id, day, streak] of [
      [one, 1, 1],
      [two, 2, 1],
      [one, 3, 1],
      [two, 3, 2],
      [two, 4, 3],
    ] as const) {
      at(Date.UTC(2027, 1, day, 4));
      expect((await checkIn(id)).body.streak).toBe(streak);
    }
    await world.link(one, two);
    expect((await checkIn(one)).body).toMatchObject({ repeated: true, day: '2027-02-04' });
    at(Date.UTC(2027, 1, 5, 4));
    expect((await checkIn(one)).body).toMatchObject({ streak: 5, milestones: [{ days: 4, points: 5 }] });
  });

  it('leaves nothing when the ledger refuses', async () => {
    const ended = await programIn('Asia/Shanghai');
    const [row] = await world.sql<{ id: string }>(
      `UPDATE loyalty.programs SET ended_at = now() WHERE corp_id = $1 AND key = $2 RETURNING id`,
      [world.corpId, lastKey],
    );
    expect(row).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 1100)); // programs are read again after a second
    const id = await customer();
    const { status, body } = await checkIn(id, { programId: ended });
    expect([status, body.code]).toEqual([409, 'loyalty.program_ended']);
    const nothing = { points: 0, growth: 0, milestones: [] };
    await world.call('PUT', `/v1/loyalty/programs/${ended}/check-in`, nothing);
    expect((await checkIn(id, { programId: ended })).body.code).toBe('loyalty.program_ended');
    expect(
      await world.sql('SELECT 1 FROM loyalty.members WHERE corp_id = $1 AND customer_id = $2', [
        world.corpId,
        id,
      ]),
    ).toEqual([]);
  });

  it('counts the day, also when the benefit of its milestone brings an honour that ended', async () => {
    const program = settings.replace('/check-in', '');
    const title = { key: 'loyal', kind: 'title', nameZh: '常客', nameEn: 'Regular' };
    const honour = (await world.call('POST', `${program}/honours`, title)).body;
    const gift = { kind: 'title', nameZh: '常客', nameEn: 'Regular', honourId: honour.id };
    const benefit = (await world.call('POST', `${program}/benefits`, gift)).body;
    await world.call('PUT', settings, { milestones: [{ days: 1, points: 5, benefitId: benefit.id }] });
    await world.call('POST', `/v1/loyalty/honours/${honour.id}/end`);
    const id = await customer();
    const { status, body } = await checkIn(id);
    expect([status, body.milestones]).toMatchObject([
      200,
      [{ exchangeId: null, refusal: 'loyalty.honour_ended' }],
    ]);
    expect(await points(id)).toBe(7);
  });

  it('gives a medal for a streak once to a person, whichever of his customers checks in', async () => {
    const medal = { key: 'two-days', kind: 'medal', nameZh: '两日', nameEn: 'Two days' };
    const rule = { kind: 'streak', count: 2 };
    const honours = settings.replace('/check-in', '/honours');
    expect((await world.call('POST', honours, { ...medal, rule })).status).toBe(201);
    const [one = '', two = ''] = await world.customers(2);
    await world.link(one, two);
    let member = '';
    for (const [day, id] of [one, two, one, two].entries()) {
      at(Date.UTC(2027, 2, day + 1, 4));
      member = (await checkIn(id)).body.memberId;
    }
    const { body } = await world.call('GET', `/v1/loyalty/members/${member}/honours`);
    expect(body.items.map(({ key }: any) => key)).toEqual(['two-days']);
  });

  it('refuses what is not there, with a code each', async () => {
    const id = await customer();
    await world.call('DELETE', settings);
    expect((await checkIn(id)).body.code).toBe('loyalty.check_in_not_offered');
    await world.call('PUT', settings, {});
    expect((await checkIn(randomUUID())).body.code).toBe('loyalty.customer_not_found');
    expect((await checkIn(id, { programId: toPublicId('prg', randomUUID()) })).body.code).toBe(
      'loyalty.program_not_found',
    );
    const twice = [
      { days: 3, points: 1 },
      { days: 3, points: 2 },
    ];
    expect((await world.call('PUT', settings, { milestones: twice })).body.code).toBe(
      'loyalty.check_in_invalid',
    );
    expect((await world.call('PUT', settings, { points: -1 })).status).toBe(400);
    expect((await world.call('PUT', settings, { points: 1.5 })).status).toBe(400);
    const benefitId = toPublicId('ben', randomUUID());
    expect((await world.call('PUT', settings, { milestones: [{ days: 3, benefitId }] })).body.code).toBe(
      'loyalty.benefit_not_found',
    );
  });
});

let lastKey = '';
/** A program of this zone with check-ins; its public id. */
async function programIn(timeZone: string): Promise<string> {
  const id = randomUUID();
  lastKey = `p-${id.slice(0, 8)}`;
  await world.sql(
    `INSERT INTO loyalty.programs (corp_id, id, key, name_zh, name_en, time_zone, created_at)
     VALUES ($1, $2, $3, '测试', 'Test', $4, now())`,
    [world.corpId, id, lastKey, timeZone],
  );
  await world.sql(
    `INSERT INTO loyalty.wallets (corp_id, id, program_id, key, kind, name_zh, name_en, expiry_kind, expiry_count, extends_on_earning)
     SELECT corp_id, gen_random_uuid(), $2, key, kind, name_zh, name_en, expiry_kind, expiry_count, extends_on_earning
       FROM loyalty.wallets WHERE corp_id = $1 AND program_id = $3`,
    [world.corpId, id, world.program.id],
  );
  const publicId = toPublicId('prg', id);
  await world.call('PUT', `/v1/loyalty/programs/${publicId}/check-in`, {});
  return publicId;
}

describe('what a member sees', () => {
  it('shows his days and a card to share, with nothing personal but his name', async () => {
    const id = await customer();
    await world.sql(`UPDATE customers.customers SET name = '小林' WHERE corp_id = $1 AND id = $2`, [
      world.corpId,
      id,
    ]);
    let member = '';
    for (const day of [1, 2, 4, 5, 6]) {
      at(Date.UTC(2027, 4, day, 4));
      member = (await checkIn(id)).body.memberId;
    }
    const page = await world.call('GET', `/v1/loyalty/members/${member}/check-ins?limit=2`);
    expect(page.body.items.map(({ day }: any) => day)).toEqual(['2027-05-06', '2027-05-05']);
    const next = await world.call(
      'GET',
      `/v1/loyalty/members/${member}/check-ins?limit=2&cursor=${page.body.nextCursor}`,
    );
    expect(next.body.items.map(({ day }: any) => day)).toEqual(['2027-05-04', '2027-05-02']);
    const card = async () => (await world.call('GET', `/v1/loyalty/members/${member}/share-card`)).body;
    expect(await card()).toMatchObject({
      displayName: '小林',
      streak: 3,
      bestStreak: 3,
      totalDays: 5,
      hasCheckedInToday: true,
    });
    at(Date.UTC(2027, 4, 7, 4));
    expect(await card()).toMatchObject({ streak: 3, hasCheckedInToday: false });
    at(Date.UTC(2027, 4, 8, 4));
    expect(await card()).toMatchObject({ streak: 0, bestStreak: 3 });
    expect(JSON.stringify(await card())).not.toMatch(/(cus|mem|prg)_/);
    expect(
      (await world.call('GET', `/v1/loyalty/members/${toPublicId('mem', randomUUID())}/share-card`)).status,
    ).toBe(404);
  });
});
