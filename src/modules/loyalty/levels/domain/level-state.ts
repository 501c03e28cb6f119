import { periodOf } from '../../programs/domain/program-time.js';
import { type PeriodEnd, periodEnd } from './level-period.js';
import { type LevelBenefit, levelAt, type LevelRules, rankOf, rankOfScore } from './level-table.js';

/** How a member stands. All of the past that decides what comes next is in here. */
export interface MemberLevel {
  readonly level: string;
  /** When the level was reached. */
  readonly since: Date;
  /** When the newest interval of the history began. */
  readonly changedAt: Date;
  /** The balance of the growth wallet. */
  readonly score: number;
  /** What of the score a fall has used up: the counted score is the score without it. */
  readonly uncounted: number;
  /** Periods of months are counted from here. */
  readonly anchorAt: Date;
  readonly periodFrom: Date;
  /** The score when the period began. */
  readonly periodScore: number;
  /** The member was told that the present period ends. */
  readonly isTold: boolean;
  readonly isLocked: boolean;
  /** null: until somebody unlocks it. */
  readonly lockedUntil: Date | null;
  /** So far what comes again each month or year is granted; null: nothing comes again. */
  readonly benefitsUntil: Date | null;
  /** Nothing happens by itself before; null: never. */
  readonly lookAt: Date | null;
}

export const CHANGE_REASONS = [
  'joined',
  'opening',
  'score',
  'period_end',
  'table',
  'locked',
  'unlocked',
  'lock_ended',
] as const;
export type ChangeReason = (typeof CHANGE_REASONS)[number];

export type LevelFact =
  | {
      readonly kind: 'changed';
      readonly at: Date;
      /** null: he had none. */
      readonly from: string | null;
      readonly to: string;
      readonly reason: ChangeReason;
      readonly score: number;
    }
  | {
      readonly kind: 'expiring';
      readonly at: Date;
      readonly level: string;
      /** Where he would fall as he stands; the level itself when he would keep it. */
      readonly to: string;
      /** How much score would keep the level. */
      readonly missing: number;
      readonly retainUntil: Date;
    }
  | {
      readonly kind: 'granted';
      readonly at: Date;
      readonly level: string;
      readonly benefit: LevelBenefit;
      readonly period: string;
    };

export interface Moved {
  readonly member: MemberLevel;
  /** In the order of time. */
  readonly facts: readonly LevelFact[];
}

export function countedScore({ score, uncounted }: Pick<MemberLevel, 'score' | 'uncounted'>): number {
  return Math.max(0, score - uncounted);
}

/** What the end of the present period would do, and how much score would keep the level. */
export function outlook(member: MemberLevel, rules: LevelRules): { rank: number; missing: number } {
  const rank = rankOf(rules.levels, member.level);
  const { threshold, retention } = levelAt(rules.levels, rank);
  const counted = countedScore(member);
  const needed = {
    never: 0,
    one_down: threshold - counted,
    by_score: threshold - counted,
    retention: retention - (member.score - member.periodScore),
  };
  const missing = Math.max(0, needed[rules.policy]);
  if (missing === 0) return { rank, missing };
  return { rank: rules.policy === 'by_score' ? rankOfScore(rules.levels, counted) : rank - 1, missing };
}

/** The end of the present period; null where nothing ends: the lowest level, a locked one, the policy `never`. */
export function presentPeriod(member: MemberLevel, rules: LevelRules): PeriodEnd | null {
  const endless = rules.policy === 'never' || member.isLocked || rankOf(rules.levels, member.level) <= 0;
  return endless ? null : periodEnd(rules, member.anchorAt, member.periodFrom);
}

/** When the next thing happens by itself. */
export function nextLook(member: MemberLevel, rules: LevelRules): Date | null {
  const end = presentPeriod(member, rules);
  const times = [
    end && (member.isTold ? end.retainUntil : end.noticeAt),
    member.isLocked ? member.lockedUntil : null,
    member.benefitsUntil,
  ].filter((time) => time !== null);
  return times.length === 0 ? null : new Date(Math.min(...times.map(Number)));
}

export function periodOfBenefit({ every }: LevelBenefit, timeZone: string, at: Date): string {
  return every === 'once' ? every : periodOf(at, timeZone, every).key;
}

/** When the present month or year is over, whichever a benefit waits for. */
export function comesAgainAt(benefits: readonly LevelBenefit[], timeZone: string, at: Date): Date | null {
  const kinds = new Set(benefits.map(({ every }) => every));
  if (kinds.has('month')) return periodOf(at, timeZone, 'month').endsAt; // a year ends with a month
  return kinds.has('year') ? periodOf(at, timeZone, 'year').endsAt : null;
}
