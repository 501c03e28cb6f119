import fc from 'fast-check';
import { FIXED_PERIOD_KEY } from '../../../src/modules/loyalty/boards/domain/board.js';
import { LadderStore } from '../../../src/modules/loyalty/boards/persistence/ladder-store.js';
import { ShowBoards } from '../../../src/modules/loyalty/boards/queries/show-boards.js';
import { ClosePeriods } from '../../../src/modules/loyalty/boards/use-cases/close-periods.js';
import { KeepBoards } from '../../../src/modules/loyalty/boards/use-cases/keep-boards.js';
import type { PostedEntry } from '../../../src/modules/loyalty/ledger/domain/posting.js';
import { periodOf } from '../../../src/modules/loyalty/programs/domain/program-time.js';
import type { LedgerWorld } from './ledger-world.js';

export type Step =
  | { kind: 'earn'; who: number; amount: number; days: number }
  | { kind: 'spend'; who: number; amount: number }
  | { kind: 'takeBack' | 'giveBack' | 'unexpire'; nth: number; amount: number }
  | { kind: 'sweep' | 'close' | 'survey' }
  | { kind: 'wait'; hours: number };

const small = fc.integer({ min: 1, max: 5 });
const nth = fc.nat({ max: 1_000 });
const who = fc.nat({ max: 5 });

/** Few members, small amounts and hours, so that ties and late reversals are common. */
export const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('earn' as const),
        who,
        amount: small,
        days: fc.nat({ max: 30 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('spend' as const), who, amount: small }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('takeBack' as const, 'giveBack' as const, 'unexpire' as const),
        nth,
        amount: small,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('sweep' as const, 'close' as const, 'survey' as const) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 120 }) }),
    },
  ),
  { minLength: 20, maxLength: 60 },
);

interface Earning {
  readonly memberId: string;
  readonly at: Date;
  readonly transferId: string;
  readonly accountId: string;
  readonly seq: number;
  readonly amount: number;
  reversed: number;
  expired: number;
}

interface Points {
  readonly memberId: string;
  readonly points: number;
}
const pointsOf = ({ memberId, points }: Points): Points => ({ memberId, points });

const KINDS = ['week', 'month', 'lifetime', 'fixed'] as const;
const DAY_MS = 86_400_000;

/** Plays a history against the real thing, and keeps account of each earning by itself. */
export class BoardsModel {
  private readonly earnings: Earning[] = [];
  private readonly spendings: string[] = [];
  private readonly expiries: string[] = [];
  private readonly boards = new Map<string, (typeof KINDS)[number]>();
  /** By board and period, what stood there when it was closed. */
  private readonly closed = new Map<string, Points[]>();
  private readonly fixed: { startsAt: Date; endsAt: Date };

  private constructor(
    private readonly world: LedgerWorld,
    private readonly customers: readonly string[],
  ) {
    const now = world.http.clock.now();
    this.fixed = { startsAt: now, endsAt: new Date(now.getTime() + 12 * DAY_MS) };
  }

  static async start(world: LedgerWorld): Promise<BoardsModel> {
    const model = new BoardsModel(world, await world.customers(6));
    for (const periodKind of KINDS) {
      const times = periodKind === 'fixed' ? model.fixed : {};
      const asked = { nameZh: '榜', nameEn: 'Board', periodKind, winners: 3, ...times };
      const board = await world.run(() => world.http.get(KeepBoards).create(asked));
      model.boards.set(board.id, periodKind);
    }
    world.http.clock.advance(1);
    return model;
  }

  async end(): Promise<void> {
    for (const id of this.boards.keys()) await this.world.run(() => this.world.http.get(KeepBoards).end(id));
  }

  async play(step: Step): Promise<void> {
    const { http } = this.world;
    if (step.kind === 'earn') await this.earn(step.who, step.amount, step.days);
    else if (step.kind === 'spend') await this.spend(step.who, step.amount);
    else if (step.kind === 'takeBack') await this.takeBack(step.nth, step.amount);
    else if (step.kind === 'giveBack')
      await this.reverse(this.spendings[step.nth % this.spendings.length], step.amount);
    else if (step.kind === 'unexpire')
      await this.reverse(this.expiries[step.nth % this.expiries.length], step.amount);
    else if (step.kind === 'sweep') await this.sweep();
    else if (step.kind === 'survey') await this.survey();
    else if (step.kind === 'wait') http.clock.advance(step.hours * 3_600_000);
    else await this.close();
  }

  private async earn(place: number, amount: number, days: number): Promise<void> {
    const customerId = this.customers[place] ?? '';
    const expiresAt = days === 0 ? null : new Date(this.world.http.clock.now().getTime() + days * DAY_MS);
    const [result] = await this.world.post({ customerId, amount, expiresAt });
    if (result?.outcome !== 'posted') throw new Error('an earning was refused');
    const entry = result.entries[0] as PostedEntry;
    const { memberId, accountId, seq, recordedAt } = entry;
    const { transferId } = result;
    this.earnings.push({
      memberId,
      accountId,
      seq,
      at: recordedAt,
      transferId,
      amount,
      reversed: 0,
      expired: 0,
    });
  }

  private async spend(place: number, amount: number): Promise<void> {
    const [result] = await this.world.post({
      customerId: this.customers[place] ?? '',
      kind: 'spend',
      amount,
    });
    if (result?.outcome === 'posted') this.spendings.push(result.transferId);
  }

  /** Own points first, then what of them expired, then others: only the second changes what counts as expired. */
  private async takeBack(place: number, wanted: number): Promise<void> {
    const earning = this.earnings[place % this.earnings.length];
    if (!earning) return;
    const amount = Math.min(wanted, earning.amount - earning.reversed);
    if (amount <= 0) return;
    const own = Math.min(amount, (await this.remaining()).get(earning) ?? 0);
    const [result] = await this.world.reverse({ transferId: earning.transferId, amount });
    expect(result).toMatchObject({ outcome: 'posted' });
    earning.reversed += amount;
    earning.expired -= Math.min(amount - own, earning.expired);
  }

  /** What was spent or had expired comes back to its lots; the latter is what the lots have more. */
  private async reverse(transferId: string | undefined, amount: number): Promise<void> {
    if (transferId === undefined) return;
    const isExpiry = this.expiries.includes(transferId);
    const used = isExpiry ? await this.expiredUses() : new Map<Earning, number>();
    await this.world.reverse({ transferId, amount });
    if (!isExpiry) return;
    const left = await this.expiredUses();
    for (const [earning, before] of used) earning.expired -= before - (left.get(earning) ?? 0);
  }

  private async sweep(): Promise<void> {
    const before = await this.remaining();
    await this.world.expire();
    const expired = await this.world.sql<{ id: string }>(
      `SELECT id FROM loyalty.transfers WHERE corp_id = $1 AND kind = 'expire' AND id <> ALL ($2::uuid[]) ORDER BY id`,
      [this.world.corpId, this.expiries],
    );
    this.expiries.push(...expired.map(({ id }) => id));
    const after = await this.remaining();
    for (const [earning, lot] of before) earning.expired += lot - (after.get(earning) ?? 0);
  }

  private async survey(): Promise<void> {
    const { http, run, sql } = this.world;
    const periods = await sql<{ id: string }>(
      `SELECT id FROM loyalty.board_periods WHERE board_id = ANY($1)`,
      [[...this.boards.keys()]],
    );
    for (const { id } of periods) await run(() => http.get(LadderStore).survey(id, 2));
  }

  private async close(): Promise<void> {
    const before = new Set(await this.closedPeriods());
    await this.world.http.get(ClosePeriods).closeEnded(this.world.corpId);
    for (const name of await this.closedPeriods()) {
      if (before.has(name)) continue;
      const [boardId = '', key = ''] = name.split(' ');
      this.closed.set(name, this.expected(boardId, key).map(pointsOf));
    }
  }

  private async closedPeriods(): Promise<string[]> {
    const rows = await this.world.sql<{ name: string }>(
      `SELECT board_id || ' ' || key AS name FROM loyalty.board_periods WHERE board_id = ANY($1) AND closed_at IS NOT NULL`,
      [[...this.boards.keys()]],
    );
    return rows.map(({ name }) => name);
  }

  /** What is shown of every board and period, what each on it is told, and what corrections make of closed ones; and what it must be. */
  async compare(): Promise<{ seen: unknown[]; expected: unknown[] }> {
    const { http, run } = this.world;
    const shows = http.get(ShowBoards);
    const [seen, expected]: [unknown[], unknown[]] = [[], []];
    for (const [boardId, key] of this.periods()) {
      const shown = await run(() => shows.show(boardId, key));
      const places = await run(() => shows.top(shown, 1_000));
      const ranks = places.map(({ customerId }) => run(() => shows.placeOf(shown, customerId)));
      seen.push(
        places.map(pointsOf),
        (await Promise.all(ranks)).map((place) => place?.rank),
      );
      const now = this.expected(boardId, key).map(pointsOf);
      const stands = this.closed.get(`${boardId} ${key}`);
      expected.push(
        stands ?? now,
        places.map((_, index) => index + 1),
      );
      if (!stands) continue;
      seen.push(await this.corrected(shown.period.id, stands));
      expected.push(new Map(now.map(({ memberId, points }) => [memberId, points])));
    }
    return { seen, expected };
  }

  private periods(): [string, string][] {
    return [...this.boards.keys()].flatMap((boardId) => {
      const keys = new Set(this.earnings.map(({ at }) => this.keyOf(boardId, at)));
      return [...keys].flatMap((key): [string, string][] => (key === null ? [] : [[boardId, key]]));
    });
  }

  /** What stood at the close with the corrections since. */
  private async corrected(
    periodId: string | undefined,
    stands: readonly Points[],
  ): Promise<Map<string, number>> {
    const rows = await this.world.sql<Points>(
      `SELECT member_id AS "memberId", sum(amount)::float AS points FROM loyalty.board_corrections
        WHERE corp_id = $1 AND period_id = $2 GROUP BY member_id`,
      [this.world.corpId, periodId],
    );
    const sums = new Map<string, number>();
    for (const { memberId, points } of [...stands, ...rows])
      sums.set(memberId, (sums.get(memberId) ?? 0) + points);
    return new Map([...sums].filter(([, points]) => points !== 0));
  }

  private keyOf(boardId: string, at: Date): string | null {
    const kind = this.boards.get(boardId);
    if (kind === undefined) throw new Error('no such board');
    if (kind === 'fixed')
      return this.fixed.startsAt <= at && at < this.fixed.endsAt ? FIXED_PERIOD_KEY : null;
    return periodOf(at, this.world.program.timeZone, kind).key;
  }

  /** The oracle: adds up and sorts. */
  private expected(boardId: string, key: string) {
    const members = new Map<string, { memberId: string; points: number; reachedAt: number }>();
    for (const { memberId, at, amount, reversed, expired } of this.earnings) {
      if (this.keyOf(boardId, at) !== key) continue;
      const held = members.get(memberId) ?? { memberId, points: 0, reachedAt: 0 };
      held.points += amount - reversed - expired;
      held.reachedAt = Math.max(held.reachedAt, at.getTime());
      members.set(memberId, held);
    }
    return [...members.values()]
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points || a.reachedAt - b.reachedAt || (a.memberId < b.memberId ? -1 : 1));
  }

  private remaining(): Promise<Map<Earning, number>> {
    return this.byEarning(
      `SELECT account_id, seq, remaining::float AS amount FROM loyalty.lots WHERE account_id = ANY($1)`,
    );
  }

  private expiredUses(): Promise<Map<Earning, number>> {
    return this.byEarning(
      `SELECT u.account_id, u.lot_seq AS seq, sum(u.amount - u.given_back)::float AS amount
         FROM loyalty.lot_uses u JOIN loyalty.entries e ON e.account_id = u.account_id AND e.seq = u.entry_seq
        WHERE u.account_id = ANY($1) AND e.kind = 'expire' GROUP BY 1, 2`,
    );
  }

  private async byEarning(sql: string): Promise<Map<Earning, number>> {
    const accounts = [...new Set(this.earnings.map(({ accountId }) => accountId))];
    const rows = await this.world.sql<{ account_id: string; seq: string; amount: number }>(sql, [accounts]);
    const amounts = new Map(rows.map((row) => [`${row.account_id} ${row.seq}`, row.amount]));
    return new Map(
      this.earnings.map((earning) => [earning, amounts.get(`${earning.accountId} ${earning.seq}`) ?? 0]),
    );
  }
}
