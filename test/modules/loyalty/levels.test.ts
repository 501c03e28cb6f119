import {
  benefitsGranted,
  levelChanged,
  levelExpiring,
  memberJoined,
} from '../../../src/modules/loyalty/loyalty.events.js';
import { Levels } from '../../../src/modules/loyalty/levels/use-cases/levels.js';
import { presetLevels } from '../../../src/modules/loyalty/levels/domain/preset-levels.js';
import { SettleLevels } from '../../../src/modules/loyalty/levels/use-cases/settle-levels.js';
import { parsePublicId } from '../../../src/platform/context/typed-id.js';
import { OperationAnswers } from '../../../src/platform/operations/operation-answers.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { ModelMember } from './levels-model.js';
import { type LevelsWorld, startLevelsWorld } from './levels-world.js';

const DAY_MS = 86_400_000;
/** Park and Miller: the same numbers for the same seed. */
const randomFrom = (seed: number) => {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
};
let world: LevelsWorld;

beforeAll(async () => {
  world = await startLevelsWorld();
});
afterAll(() => world.close());

const levelOf = async (customerId: string) =>
  (await world.call('GET', (await world.memberOf(customerId)).path)).body;
const historyOf = async (customerId: string): Promise<any[]> =>
  (
    await world.call('GET', `${(await world.memberOf(customerId)).path}/history?limit=200`)
  ).body.items.toReversed();
const withBenefits = (benefits: Record<string, object[]>) =>
  presetLevels.map((level) => ({ ...level, benefits: benefits[level.key] ?? [] }));
const gift = (key: string, points: number, every = 'once') => ({
  key,
  kind: 'points',
  nameZh: '礼',
  nameEn: 'Gift',
  every,
  points,
});
/** Each interval ends where the next one starts and begins with the level of before; the last is the level that is. */
const expectTiled = async (customerId: string): Promise<Record<string, any>> => {
  const intervals = await historyOf(customerId);
  intervals.forEach((interval, index) => {
    expect(interval.endedAt).toBe(intervals[index + 1]?.startedAt ?? null);
    expect(interval.from).toBe(index === 0 ? null : intervals[index - 1].level);
    if (interval.endedAt) expect(interval.endedAt > interval.startedAt).toBe(true);
  });
  const { level, ...rest } = await levelOf(customerId);
  expect(intervals.at(-1).level).toBe(level.key);
  return { intervals, level, ...rest };
};

describe('levels', () => {
  it('enter with the first table all who have a score, and count beforehand who goes where', async () => {
    const customers = await world.customers(4);
    for (const [index, amount] of [10, 500, 2_000, 7_000].entries())
      await world.score(customers[index]!, amount);
    const { body: table } = await world.call('POST', `${world.programPath}/level-tables`, {});
    const path = `/v1/loyalty/level-tables/${table.id}`;
    expect(table).toMatchObject({
      version: 1,
      state: 'draft',
      policy: 'retention',
      levels: [{ key: 'bronze' }, {}, {}, {}],
    });
    expect((await world.call('GET', (await world.memberOf(customers[0]!)).path)).body.code).toBe(
      'loyalty.levels_inactive',
    );
    const { body: whatIf } = await world.call('POST', `${path}/what-if`, {});
    expect(whatIf).toMatchObject({ members: 4, up: 4, down: 0 });
    const { body: operation } = await world.call('POST', `${path}/activate`, {});
    expect(operation.kind).toBe('loyalty.relevel');
    await world.work();
    expect(await Promise.all(customers.map(async (id) => (await levelOf(id)).level.key))).toEqual([
      'bronze',
      'silver',
      'gold',
      'platinum',
    ]);
    expect((await world.call('GET', path)).body.state).toBe('active');
    expect((await world.call('POST', `${path}/what-if`, {})).body).toMatchObject({
      members: 4,
      up: 0,
      down: 0,
    });
  });

  it('rise in the transaction of the earning, and tell it (L-2)', async () => {
    const [customer = ''] = await world.customers(1);
    await world.run(async () => {
      await world.ledger.post([
        {
          key: 'rise',
          programId: world.program.id,
          customerId: customer,
          wallet: 'growth',
          kind: 'earn',
          amount: 600,
        },
      ]);
    });
    const shown = await expectTiled(customer);
    expect(shown.level).toEqual({ key: 'silver', nameZh: '白银', nameEn: 'Silver' });
    expect(shown.next).toMatchObject({ key: 'gold', missing: 1_400 });
    expect(shown.period).toMatchObject({ gained: 0, missing: 250, fallsTo: { key: 'bronze' } });
    expect(shown.intervals.map(({ reason }: any) => reason)).toEqual(['joined', 'score']);
    const told = (await world.events(levelChanged)).slice(-2).flatMap(({ payload }) => payload.changes);
    expect(told.map(({ to, version }) => `${to} ${version}`)).toEqual(['bronze 1', 'silver 2']);
    const failing = world.run(async () => {
      await world.ledger.post([
        {
          key: 'undone',
          programId: world.program.id,
          customerId: customer,
          wallet: 'growth',
          kind: 'earn',
          amount: 9_000,
        },
      ]);
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect((await levelOf(customer)).level.key).toBe('silver');
  });

  it('of new members are there without any score', async () => {
    const [customer = ''] = await world.customers(1);
    await world.post({ customerId: customer });
    await world.consume('loyalty.enter_levels', memberJoined);
    expect((await historyOf(customer)).map(({ level, reason }) => `${level} ${reason}`)).toEqual([
      'bronze joined',
    ]);
  });

  it('equal the model over years of postings through the ledger, whenever the job runs (L-1, L-2, L-3)', async () => {
    const rules = {
      policy: 'retention',
      period: { kind: 'months', months: 3 },
      graceDays: 5,
      noticeDays: 10,
    } as const;
    await world.activate(rules);
    const customers = await world.customers(8);
    const start = world.http.clock.now();
    const models = new Map(
      customers.map((id) => [
        id,
        new ModelMember({ levels: presetLevels, timeZone: 'Asia/Shanghai', ...rules }, start),
      ]),
    );
    for (const id of customers) await world.post({ customerId: id });
    await world.consume('loyalty.enter_levels', memberJoined);
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    process.stderr.write(`levels of simulated years: SEED=${seed}\n`);
    const random = randomFrom(seed);
    const scores = new Map<string, number>();
    for (let round = 0; round < 40; round++) {
      world.http.clock.advance(Math.floor(random() * 40 * DAY_MS));
      const now = world.http.clock.now();
      if (round % 5 === 0) await world.job('loyalty.settle_levels');
      const changed = customers
        .filter(() => random() < 0.6)
        .map((id) => {
          const before = scores.get(id) ?? 0;
          const score = Math.max(0, before + Math.floor(random() * 900) - 250);
          scores.set(id, score);
          return { id, score, delta: score - before };
        });
      const moved = changed.filter(({ delta }) => delta !== 0);
      const results = await world.post(
        ...moved.map(({ id, delta }) => ({
          customerId: id,
          wallet: 'growth',
          amount: delta,
          kind: 'adjust' as const,
        })),
      );
      expect(results.every(({ outcome }) => outcome === 'posted')).toBe(true);
      for (const { id, score } of moved) {
        models.get(id)?.walkTo(now);
        models.get(id)?.score(score, now);
      }
    }
    await world.job('loyalty.settle_levels');
    const seen = { up: 0, down: 0 };
    for (const [id, model] of models) {
      model.walkTo(world.http.clock.now());
      const { intervals } = await expectTiled(id);
      const stored = intervals.map(
        ({ startedAt, from, level, reason, score }: any) =>
          `${startedAt} ${from}→${level} ${reason} ${score}`,
      );
      expect(stored).toEqual(model.log.filter((line) => !line.includes(' tells ')));
      seen.up += intervals.filter(({ reason }: any) => reason === 'score').length;
      seen.down += intervals.filter(({ reason }: any) => reason === 'period_end').length;
    }
    expect(seen.up).toBeGreaterThan(0);
    expect(seen.down).toBeGreaterThan(0);
    const notices = (await world.events(levelExpiring)).flatMap(({ payload }) => payload.members);
    for (const [id, model] of models) {
      const told = notices
        .filter(({ customerId }) => customerId === id)
        .map(({ level, to, missing, retainUntil }) => `${level}→${to} lacks ${missing} until ${retainUntil}`);
      expect(told).toEqual(model.log.flatMap((line) => line.split(' tells ')[1] ?? []));
    }
  });
});

describe('a new version', () => {
  it('moves exactly those that the what-if counted, also when its run dies, and nobody downwards before his period ends', async () => {
    const levels = presetLevels.map((level) => ({ ...level, threshold: level.threshold * 2 }));
    const steeper = { levels, policy: 'never' };
    const { body: table } = await world.call('POST', `${world.programPath}/level-tables`, steeper);
    const path = `/v1/loyalty/level-tables/${table.id}`;
    const { body: gentle } = await world.call('POST', `${path}/what-if`, {});
    expect(gentle.down).toBe(0);
    const { body: harsh } = await world.call('POST', `${path}/what-if`, { downgradesNow: true });
    expect(harsh.down).toBeGreaterThan(0);
    const { status, body: operation } = await world.call('POST', `${path}/activate`, { downgradesNow: true });
    expect(status).toBe(202);
    expect((await world.call('POST', `${path}/activate`, {})).body.code).toBe('operations.already_running');
    const died = new AbortController();
    died.abort(new Error('killed'));
    await expect(world.work(died.signal)).rejects.toThrow('killed');
    const [row] = await world.sql<{ id: string }>(
      'SELECT operation_id AS id FROM loyalty.relevels WHERE corp_id = $1 AND NOT finished',
      [world.corpId],
    );
    await Promise.all([1, 2].map(() => world.job('loyalty.relevel', { operationId: row?.id })));
    const [done] = await world.sql<any>(
      'SELECT state, result FROM platform.operations WHERE corp_id = $1 AND id = $2',
      [world.corpId, row?.id],
    );
    expect(operation.id).toMatch(/^op_/);
    expect(done.state).toBe('succeeded');
    expect(done.result.members).toBe(harsh.members);
    const moved = harsh.moves
      .filter((move: any) => move.direction !== 'same')
      .map((move: any) => `${move.from}→${move.to} ${move.members}`);
    expect(done.result.moves.map((move: any) => `${move.from}→${move.to} ${move.members}`).sort()).toEqual(
      moved.sort(),
    );
    const { body: after } = await world.call('POST', `${path}/what-if`, { downgradesNow: true });
    expect(after).toMatchObject({ up: 0, down: 0 });
  });

  it('brings those to levels, too, whom the cancelled run of the very first version had not reached', async () => {
    const made = await world.call('POST', '/v1/loyalty/programs', {
      key: 'club',
      nameZh: '俱乐部',
      nameEn: 'Club',
    });
    const programId = parsePublicId('prg', made.body.id) ?? '';
    for (const customerId of await world.customers(3))
      await world.post({ customerId, programId, wallet: 'growth', amount: 600 });
    const activate = async () => {
      const { body } = await world.call('POST', `/v1/loyalty/programs/${made.body.id}/level-tables`, {});
      const answer = await world.call('POST', `/v1/loyalty/level-tables/${body.id}/activate`, {});
      return parsePublicId('op', answer.body.id) as OperationId; // reason for the cast: it holds one
    };
    const first = await activate();
    await world.run(async () => void (await world.http.get(OperationAnswers).cancel(first)));
    await world.work();
    await activate();
    await world.work();
    const levels = await world.sql(
      'SELECT level, count(*)::int AS members FROM loyalty.member_levels WHERE program_id = $1 GROUP BY 1',
      [programId],
    );
    expect(levels).toEqual([{ level: 'silver', members: 3 }]);
  });

  it('refuses what contradicts itself, and a version that a newer one replaced', async () => {
    const post = async (body: object) =>
      (await world.call('POST', `${world.programPath}/level-tables`, body)).body;
    const [bronze] = presetLevels;
    expect((await post({ levels: [{ ...bronze, threshold: 1 }] })).code).toBe('loyalty.level_table_invalid');
    expect((await post({ levels: [{ ...bronze, threshold: -1 }] })).code).toBe('http.validation_failed');
    const { body } = await world.call('GET', `${world.programPath}/level-tables?limit=1`);
    const retired = (await world.call('GET', `${world.programPath}/level-tables`)).body.items.at(-1);
    expect(body.items[0].state).toBe('active');
    const again = await world.call('POST', `/v1/loyalty/level-tables/${retired.id}/activate`, {});
    expect(again.body.code).toBe('loyalty.level_table_retired');
    const guessed = await world.call('GET', '/v1/loyalty/level-tables/ltb_01jd3q4mfaeq6v5c0qd8y3y5za');
    expect([guessed.status, guessed.body.code]).toEqual([404, 'loyalty.level_table_not_found']);
  });
});

describe('a lock', () => {
  it('holds the level against scores and periods until it ends, with its reason', async () => {
    await world.activate({ period: { kind: 'months', months: 1 }, graceDays: 0, noticeDays: 3 });
    const [customer = ''] = await world.customers(1);
    await world.score(customer, 10);
    const { path } = await world.memberOf(customer);
    const until = new Date(world.http.clock.now().getTime() + 90 * DAY_MS);
    const lock = (body: object) =>
      world.call('POST', `${path}/lock`, { level: 'gold', reason: '嘉宾', ...body });
    expect((await lock({ level: 'tin' })).body.code).toBe('loyalty.level_not_found');
    expect((await lock({ until: 'tomorrow' })).body.code).toBe('http.validation_failed');
    expect((await lock({ until: new Date('2001-01-01') })).body.code).toBe('loyalty.lock_until_past');
    expect((await lock({ until })).body).toMatchObject({ level: { key: 'gold' }, locked: true });
    world.http.clock.advance(80 * DAY_MS);
    await world.job('loyalty.settle_levels');
    await world.score(customer, 9_000);
    expect((await levelOf(customer)).level.key).toBe('gold');
    world.http.clock.advance(11 * DAY_MS);
    await world.job('loyalty.settle_levels');
    const { intervals, level } = await expectTiled(customer);
    expect(level.key).toBe('platinum');
    expect(intervals.map(({ reason, note }: any) => [reason, note])).toContainEqual(['locked', '嘉宾']);
    expect(intervals.at(-1)).toMatchObject({ reason: 'lock_ended', startedAt: until.toISOString() });
    expect((await world.call('POST', `${path}/unlock`, { reason: 'x' })).body.code).toBe(
      'loyalty.level_not_locked',
    );
  });
});

describe('a history', () => {
  it('tiles time while people, postings and the clock change a level at once (L-3)', async () => {
    await world.activate({
      policy: 'by_score',
      period: { kind: 'months', months: 1 },
      graceDays: 0,
      noticeDays: 3,
    });
    const [customer = ''] = await world.customers(1);
    await world.score(customer, 600);
    const { path } = await world.memberOf(customer);
    const say = (what: string, body: object) =>
      world.call('POST', `${path}/${what}`, { reason: '并发', ...body });
    for (let round = 0; round < 6; round++) {
      world.http.clock.advance(35 * DAY_MS);
      const postings = [300, -350, 200, -150].map((amount) => world.score(customer, amount));
      const people = ['gold', 'platinum'].flatMap((level) => [say('lock', { level }), say('unlock', {})]);
      await Promise.all([...postings, ...people, world.job('loyalty.settle_levels')]);
      await say('unlock', {});
    }
    const { intervals, score } = await expectTiled(customer);
    expect(score).toBe((await world.account(customer, 'growth'))?.posted);
    expect(new Set(intervals.map(({ reason }: any) => reason)).size).toBeGreaterThan(2);
  });
});

describe('benefits', () => {
  it('come once for a member, level and period under parallel earnings, jobs, versions and deliveries (L-4)', async () => {
    // From the tenth of a month, 31 days later is always in the next month, never in the one after it.
    const now = world.http.clock.now();
    world.http.clock.set(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10)));
    const levels = withBenefits({ silver: [gift('hello', 100), gift('monthly', 5, 'month')] });
    await world.activate({ levels, policy: 'never' });
    const customers = await world.customers(5);
    for (const id of customers) await world.post({ customerId: id });
    const { body: table } = await world.call('POST', `${world.programPath}/level-tables`, {
      levels,
      policy: 'one_down',
    });
    const earn = customers.flatMap((id) => Array.from({ length: 6 }, () => world.score(id, 250)));
    const activated = world.call('POST', `/v1/loyalty/level-tables/${table.id}/activate`, {});
    const clock = [1, 2, 3].map(() => world.job('loyalty.settle_levels'));
    await Promise.all([...earn, activated, ...clock, world.consume('loyalty.enter_levels', memberJoined)]);
    await world.work();
    await world.consume('loyalty.deliver_benefits', benefitsGranted);
    for (const id of customers) {
      expect((await expectTiled(id)).level.key).toBe('silver');
      expect((await world.account(id))?.posted).toBe(1 + 105);
      const { body } = await world.call('GET', `${(await world.memberOf(id)).path}/benefits`);
      expect(body.items.map(({ benefit, problem }: any) => [benefit, problem])).toEqual([
        ['hello', null],
        ['monthly', null],
      ]);
    }
    world.http.clock.advance(31 * DAY_MS);
    await Promise.all([1, 2, 3].map(() => world.run(() => world.http.get(SettleLevels).settleDue())));
    await world.consume('loyalty.deliver_benefits', benefitsGranted);
    expect(await Promise.all(customers.map(async (id) => (await world.account(id))?.posted))).toEqual(
      Array(5).fill(111),
    );
  });
});

describe('opening levels', () => {
  it('begin the history when the other system says, once, and can be taken back', async () => {
    await world.activate({ policy: 'by_score', period: { kind: 'months', months: 12 } });
    const [customer = '', busy = ''] = await world.customers(2);
    for (const id of [customer, busy]) await world.post({ customerId: id });
    await world.score(busy, 600);
    const [member, other] = [await world.memberOf(customer), await world.memberOf(busy)];
    const since = new Date(world.http.clock.now().getTime() - 500 * DAY_MS);
    const levels = world.http.get(Levels);
    const open = (level: string) =>
      world.run(() =>
        levels.setOpening(
          world.program.id,
          [member, other].map(({ id }) => ({ memberId: id, level, since })),
        ),
      );
    await expect(open('tin')).rejects.toMatchObject({ code: 'loyalty.level_not_found' });
    expect(await open('gold')).toEqual([other.id]);
    const { intervals, period } = await expectTiled(customer);
    expect(intervals).toEqual([
      expect.objectContaining({ level: 'gold', reason: 'opening', startedAt: since.toISOString() }),
    ]);
    expect(new Date(period.endsAt).getTime() - since.getTime()).toBeGreaterThan(2 * 365 * DAY_MS);
    expect(await open('silver')).toEqual([member.id, other.id]);
    expect(await world.run(() => levels.undoOpening(world.program.id, [member.id]))).toEqual([]);
    expect((await expectTiled(customer)).level.key).toBe('bronze');
  });
});
