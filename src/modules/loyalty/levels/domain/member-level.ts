import type { PeriodEnd } from './level-period.js';
import {
  type ChangeReason,
  comesAgainAt,
  countedScore,
  type LevelFact,
  type MemberLevel,
  type Moved,
  nextLook,
  outlook,
  periodOfBenefit,
  presentPeriod,
} from './level-state.js';
import { levelAt, type LevelRules, rankOf, rankOfScore } from './level-table.js';

const ONE_MS = 1;

/** A member at his first moment with levels. */
export function joined(rules: LevelRules, at: Date): Moved {
  const level = levelAt(rules.levels, 0).key;
  const member: MemberLevel = {
    level,
    since: at,
    changedAt: at,
    score: 0,
    uncounted: 0,
    anchorAt: at,
    periodFrom: at,
    periodScore: 0,
    isTold: false,
    isLocked: false,
    lockedUntil: null,
    benefitsUntil: null,
    lookAt: null,
  };
  const facts: LevelFact[] = [{ kind: 'changed', at, from: null, to: level, reason: 'joined', score: 0 }];
  return withBenefits({ member, facts }, rules, at, true);
}

/** Everything that the clock alone has brought until then. @returns the same member when it is nothing. */
export function settle(member: MemberLevel, rules: LevelRules, until: Date): Moved {
  let moved = known(member, rules, until);
  while (moved.member.lookAt && moved.member.lookAt <= until) {
    moved = then(moved, (now) => step(now, rules, now.lookAt ?? until));
  }
  return moved;
}

/** The growth wallet has another balance: a higher level at once, a lower one not before its period ends (L-2). */
export function scored(member: MemberLevel, score: number, rules: LevelRules, at: Date): Moved {
  return then(settle(member, rules, at), (now) => risen({ ...now, score }, rules, at, 'score'));
}

/** Somebody decides the level by hand; it stays until then, or for ever. */
export function locked(
  member: MemberLevel,
  lock: { readonly level: string; readonly until: Date | null },
  rules: LevelRules,
  at: Date,
): Moved {
  return then(settle(member, rules, at), (now) => {
    const held = { ...now, isLocked: true, lockedUntil: lock.until };
    return moveTo(held, rankOf(rules.levels, lock.level), rules, at, 'locked');
  });
}

/** The level counts as reached anew, and rises where the score has grown meanwhile. */
export function unlocked(
  member: MemberLevel,
  rules: LevelRules,
  at: Date,
  reason: 'unlocked' | 'lock_ended',
): Moved {
  const free = { ...member, isLocked: false, lockedUntil: null };
  const rank = rankOf(rules.levels, member.level);
  return moveTo(free, Math.max(rank, rankOfScore(rules.levels, countedScore(free))), rules, at, reason);
}

/** Another system says which level a member has and since when; the period that is running then goes on. */
export function opened(
  member: MemberLevel,
  opening: { readonly level: string; readonly since: Date },
  rules: LevelRules,
  at: Date,
): Moved {
  const { level, since } = opening;
  const begun = {
    level,
    since,
    changedAt: since,
    anchorAt: since,
    periodFrom: at,
    periodScore: member.score,
  };
  const facts: LevelFact[] = [
    { kind: 'changed', at: since, from: null, to: level, reason: 'opening', score: member.score },
  ];
  const moved = withBenefits({ member: { ...member, ...begun, isTold: false }, facts }, rules, at, false);
  return then(moved, (now) => risen(now, rules, at, 'score')); // where the score is here already, and says more
}

/** A level that the version in force has no longer is the level of the score. */
function known(member: MemberLevel, rules: LevelRules, at: Date): Moved {
  if (rankOf(rules.levels, member.level) >= 0) return { member, facts: [] };
  return moveTo(member, rankOfScore(rules.levels, countedScore(member)), rules, at, 'table');
}

function step(member: MemberLevel, rules: LevelRules, at: Date): Moved {
  const due = nextLook(member, rules);
  if (!due || due > at) return { member: { ...member, lookAt: due }, facts: [] }; // looked at too early
  if (member.isLocked && member.lockedUntil && member.lockedUntil <= at) {
    return unlocked(member, rules, at, 'lock_ended');
  }
  if (member.benefitsUntil && member.benefitsUntil <= at) {
    return withBenefits({ member, facts: [] }, rules, at, true, 'again');
  }
  const end = presentPeriod(member, rules);
  if (!end) throw new Error('something is due, and nothing ends');
  return member.isTold ? judge(member, rules, end) : tell(member, rules, end, at);
}

/** Also who would keep the level is told: what is taken back later could still cost it. */
function tell(member: MemberLevel, rules: LevelRules, { retainUntil }: PeriodEnd, at: Date): Moved {
  const { rank, missing } = outlook(member, rules);
  const to = levelAt(rules.levels, rank).key;
  return {
    member: looking({ ...member, isTold: true }, rules),
    facts: [{ kind: 'expiring', at, level: member.level, to, missing, retainUntil }],
  };
}

function judge(member: MemberLevel, rules: LevelRules, { endsAt, retainUntil }: PeriodEnd): Moved {
  const { rank, missing } = outlook(member, rules);
  if (missing === 0) {
    const renewed = { ...member, periodFrom: endsAt, periodScore: member.score, isTold: false };
    return { member: looking(renewed, rules), facts: [] };
  }
  // who falls starts where everybody starts on that level, else the next posting would lift him again
  const counted = Math.min(countedScore(member), ownShare(rules, rank));
  const fallen = {
    ...member,
    uncounted: rules.policy === 'retention' ? member.score - counted : member.uncounted,
  };
  return moveTo(fallen, rank, rules, retainUntil, 'period_end');
}

function ownShare(rules: LevelRules, rank: number): number {
  return levelAt(rules.levels, rank).threshold;
}

function risen(member: MemberLevel, rules: LevelRules, at: Date, reason: ChangeReason): Moved {
  const rank = rankOfScore(rules.levels, countedScore(member));
  if (member.isLocked || rank <= rankOf(rules.levels, member.level)) return { member, facts: [] };
  return moveTo(member, rank, rules, at, reason);
}

/** Also to the same level: what was locked or unlocked has its interval in the history. */
function moveTo(
  member: MemberLevel,
  rank: number,
  rules: LevelRules,
  when: Date,
  reason: ChangeReason,
): Moved {
  const at = when > member.changedAt ? when : new Date(member.changedAt.getTime() + ONE_MS);
  const from = member.level;
  const to = levelAt(rules.levels, rank).key;
  const moved: MemberLevel = {
    ...member,
    level: to,
    since: to === from ? member.since : at,
    changedAt: at,
    anchorAt: at,
    periodFrom: at,
    periodScore: member.score,
    isTold: false,
  };
  const facts: LevelFact[] = [{ kind: 'changed', at, from, to, reason, score: member.score }];
  return withBenefits({ member: moved, facts }, rules, at, rank > rankOf(rules.levels, from));
}

/** @param granted whether the level was reached from below, or its next month or year begins. */
function withBenefits(
  { member, facts }: Moved,
  rules: LevelRules,
  at: Date,
  granted: boolean,
  how: 'reached' | 'again' = 'reached',
): Moved {
  const { benefits } = levelAt(rules.levels, rankOf(rules.levels, member.level));
  const due = granted ? benefits.filter(({ every }) => how === 'reached' || every !== 'once') : [];
  const grants = due.map((benefit): LevelFact => {
    const period = periodOfBenefit(benefit, rules.timeZone, at);
    return { kind: 'granted', at, level: member.level, benefit, period };
  });
  const benefitsUntil = comesAgainAt(benefits, rules.timeZone, at);
  return { member: looking({ ...member, benefitsUntil }, rules), facts: [...facts, ...grants] };
}

function looking(member: MemberLevel, rules: LevelRules): MemberLevel {
  return { ...member, lookAt: nextLook(member, rules) };
}

function then({ member, facts }: Moved, go: (member: MemberLevel) => Moved): Moved {
  const next = go(member);
  return { member: next.member, facts: [...facts, ...next.facts] };
}
