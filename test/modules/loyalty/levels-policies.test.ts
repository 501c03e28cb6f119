import fc from 'fast-check';
import {
  DOWNGRADE_POLICIES,
  faultsOf,
  type LevelRules,
} from '../../../src/modules/loyalty/levels/domain/level-table.js';
import type { LevelFact, MemberLevel } from '../../../src/modules/loyalty/levels/domain/level-state.js';
import {
  joined,
  locked,
  scored,
  settle,
  unlocked,
} from '../../../src/modules/loyalty/levels/domain/member-level.js';
import { presetLevels } from '../../../src/modules/loyalty/levels/domain/preset-levels.js';
import { ModelMember } from './levels-model.js';

const ZONES = ['Asia/Shanghai', 'America/New_York', 'Pacific/Auckland'];
const START = new Date('2023-01-15T00:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEARS = 6; // with 29 February 2024 and 2028

const rulesOf = (change: Partial<LevelRules>): LevelRules => ({
  levels: presetLevels,
  policy: 'retention',
  period: { kind: 'months', months: 12 },
  graceDays: 7,
  noticeDays: 30,
  timeZone: 'Asia/Shanghai',
  ...change,
});

const anyRules = fc.record({
  levels: fc.constant(presetLevels),
  policy: fc.constantFrom(...DOWNGRADE_POLICIES),
  period: fc.oneof(
    fc.record({ kind: fc.constant('months' as const), months: fc.constantFrom(1, 3, 12, 13) }),
    fc.constant({ kind: 'calendar_year' as const }),
  ),
  graceDays: fc.constantFrom(0, 1, 10),
  noticeDays: fc.constantFrom(0, 7, 15),
  timeZone: fc.constantFrom(...ZONES),
});

type Happening =
  | { readonly kind: 'score'; readonly delta: number }
  | { readonly kind: 'lock'; readonly rank: number; readonly days: number | null }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'job' };
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('score' as const),
      delta: fc.integer({ min: -900, max: 2600 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'job' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('lock' as const),
      rank: fc.integer({ min: 0, max: 3 }),
      days: fc.option(fc.integer({ min: 1, max: 500 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'unlock' as const }) },
);
const history = fc.array(fc.record({ afterHours: fc.integer({ min: 1, max: 24 * 200 }), what: happening }), {
  minLength: 1,
  maxLength: 30,
});

const shown = (facts: readonly LevelFact[]) =>
  facts
    .filter((fact) => fact.kind !== 'granted')
    .map((fact) =>
      fact.kind === 'changed'
        ? `${fact.at.toISOString()} ${fact.from}→${fact.to} ${fact.reason} ${fact.score}`
        : `${fact.at.toISOString()} tells ${fact.level}→${fact.to} lacks ${fact.missing} until ${fact.retainUntil.toISOString()}`,
    );

describe('levels over simulated years', () => {
  it('equal an independent model that walks day by day (leap years, zones, grace, 保级, lock), however late the job', () => {
    fc.assert(
      fc.property(anyRules, history, (rules, happenings) => {
        const start = joined(rules, START);
        const facts: LevelFact[] = [...start.facts];
        let member: MemberLevel = start.member;
        const model = new ModelMember(rules, START);
        let at = START.getTime();
        for (const { afterHours, what } of happenings) {
          at += afterHours * HOUR_MS;
          const now = new Date(at);
          model.walkTo(now);
          let moved = settle(member, rules, now);
          if (what.kind === 'score') {
            const score = Math.max(0, moved.member.score + what.delta);
            moved = joinMoves(moved, scored(moved.member, score, rules, now));
            model.score(score, now);
          } else if (what.kind === 'lock') {
            const until = what.days === null ? null : new Date(at + what.days * DAY_MS);
            const level = presetLevels[what.rank]?.key ?? '';
            moved = joinMoves(moved, locked(moved.member, { level, until }, rules, now));
            model.lock(what.rank, until, now);
          } else if (what.kind === 'unlock' && moved.member.isLocked) {
            moved = joinMoves(moved, unlocked(moved.member, rules, now, 'unlocked'));
            model.unlock(now, 'unlocked');
          }
          member = moved.member;
          facts.push(...moved.facts);
        }
        const end = new Date(Date.UTC(2023 + YEARS, 0, 20));
        const last = settle(member, rules, end);
        model.walkTo(end);
        expect(shown([...facts, ...last.facts])).toEqual(model.log);
        expect(last.member.level).toBe(model.level);
        expect(last.member.lookAt === null || last.member.lookAt > end).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('are the same whether the clock is looked at each hour or once in years', () => {
    fc.assert(
      fc.property(anyRules, fc.integer({ min: 0, max: 20_000 }), (rules, score) => {
        const begin = scored(joined(rules, START).member, score, rules, START).member;
        const end = new Date(START.getTime() + YEARS * 365 * DAY_MS);
        const facts: LevelFact[] = [];
        let member = begin;
        for (let at = START.getTime(); at < end.getTime(); at += 11 * DAY_MS) {
          const moved = settle(member, rules, new Date(at));
          member = moved.member;
          facts.push(...moved.facts);
        }
        const rest = settle(member, rules, end);
        const once = settle(begin, rules, end);
        expect(rest.member).toEqual(once.member);
        expect([...facts, ...rest.facts]).toEqual(once.facts);
      }),
      { numRuns: 60 },
    );
  });

  it('do not change when they are looked at too early', () => {
    fc.assert(
      fc.property(anyRules, fc.integer({ min: 500, max: 20_000 }), fc.boolean(), (rules, score, isTold) => {
        const { member } = scored(joined(rules, START).member, score, rules, START);
        const early = settle({ ...member, isTold, lookAt: START }, rules, new Date(START.getTime() + DAY_MS));
        expect(early.facts).toEqual([]);
        expect(early.member.level).toBe(member.level);
      }),
      { numRuns: 50 },
    );
  });

  it('never fall before a period of whole months and its grace are over, nor untold (L-2)', () => {
    fc.assert(
      fc.property(anyRules, history, (rules, happenings) => {
        let { member } = joined(rules, START);
        let at = START.getTime();
        for (const { afterHours, what } of happenings) {
          at += afterHours * HOUR_MS;
          const before = settle(member, rules, new Date(at));
          const delta = what.kind === 'score' ? what.delta : 0;
          const moved = joinMoves(
            before,
            scored(before.member, Math.max(0, before.member.score + delta), rules, new Date(at)),
          );
          expectNoEarlyFall(rules, member, moved.facts);
          member = moved.member;
        }
      }),
      { numRuns: 150 },
    );
  });
});

function expectNoEarlyFall(rules: LevelRules, member: MemberLevel, facts: readonly LevelFact[]): void {
  let { since } = member;
  let isTold = member.isTold;
  for (const fact of facts) {
    if (fact.kind === 'expiring') isTold = true;
    if (fact.kind !== 'changed') continue;
    if (fact.reason === 'period_end') {
      expect(rules.policy).not.toBe('never');
      expect(isTold).toBe(true);
      const months = rules.period.kind === 'months' ? rules.period.months * 28 : 365;
      expect(fact.at.getTime() - since.getTime()).toBeGreaterThan(
        (months + rules.graceDays) * DAY_MS - 2 * HOUR_MS,
      );
    } else {
      expect(rankIn(fact.to)).toBeGreaterThan(rankIn(fact.from ?? ''));
    }
    since = fact.at;
    isTold = false;
  }
}
const rankIn = (key: string) => presetLevels.findIndex((level) => level.key === key);
const joinMoves = <T extends { facts: readonly LevelFact[] }>(one: T, other: T): T => ({
  ...other,
  facts: [...one.facts, ...other.facts],
});

describe('benefits', () => {
  const monthly = {
    key: 'm',
    kind: 'points',
    nameZh: '月礼',
    nameEn: 'Monthly',
    every: 'month',
    points: 10,
  } as const;
  const once = { ...monthly, key: 'o', every: 'once' } as const;
  const levels = presetLevels.map((level) =>
    level.key === 'silver' ? { ...level, benefits: [monthly, once] } : level,
  );

  it('come when a level is reached, and each month that it lasts', () => {
    const rules = rulesOf({ levels, policy: 'never' });
    const risen = scored(joined(rules, START).member, 500, rules, START);
    const later = settle(risen.member, rules, new Date('2023-04-15T00:00:00Z'));
    const granted = [...risen.facts, ...later.facts].map((fact) =>
      fact.kind === 'granted' ? `${fact.benefit.key} ${fact.period}` : fact.kind,
    );
    expect(granted).toEqual(['changed', 'm 2023-01', 'o once', 'm 2023-02', 'm 2023-03', 'm 2023-04']);
  });
});

describe('a table', () => {
  it('names what contradicts itself, and the preset does not', () => {
    expect(faultsOf(rulesOf({}))).toEqual([]);
    const [bronze, silver] = presetLevels;
    const faulty = [
      { ...bronze!, threshold: 1 },
      { ...silver!, key: 'bronze', threshold: 1 },
    ];
    expect(faultsOf(rulesOf({ levels: faulty, period: { kind: 'months', months: 1 } }))).toEqual([
      'graceDays',
      'noticeDays',
      'levels.0.threshold',
      'levels.1.threshold',
      'levels.1.key',
    ]);
  });
});
