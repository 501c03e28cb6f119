import type { PeriodKind } from '../../programs/domain/program-time.js';

/** 勋章, 头衔, 特权. */
export const HONOUR_KINDS = ['medal', 'title', 'privilege'] as const;
export type HonourKind = (typeof HONOUR_KINDS)[number];

/** As boards show their ids; boards lie above honours and cannot be asked. */
export const BOARD_ID_PREFIX = 'brd';

export const HONOUR_PERIODS: readonly PeriodKind[] = ['day', 'week', 'month', 'year', 'lifetime'];

/**
 * What gives it by itself:
 *   level      the member reaches the level `ref` or one above it
 *   streak     he checked in on `count` days in a row
 *   check_ins  he checked in on `count` days in all
 *   earned     he earned `count` points in all in the wallet `ref`
 *   board      he stands among the first `count`, at most 100, of the board `ref` (`brd_…`) when one of its periods closes
 */
export const HONOUR_RULE_KINDS = ['level', 'streak', 'check_ins', 'earned', 'board'] as const;
export type HonourRuleKind = (typeof HONOUR_RULE_KINDS)[number];

export interface HonourRule {
  readonly kind: HonourRuleKind;
  readonly ref: string | null;
  readonly count: number | null;
}

const NEEDS: Record<HonourRuleKind, { readonly ref: boolean; readonly count: boolean }> = {
  level: { ref: true, count: false },
  streak: { ref: false, count: true },
  check_ins: { ref: false, count: true },
  earned: { ref: true, count: true },
  board: { ref: true, count: true },
};

/** Each kind of rule takes what it needs and nothing else. */
export function isWholeRule({ kind, ref, count }: HonourRule): boolean {
  return NEEDS[kind].ref === (ref !== null) && NEEDS[kind].count === (count !== null);
}

/** Of a program; those that ended count. */
export const HONOURS_MAX = 1_000;

export interface Honour {
  readonly id: string;
  readonly programId: string;
  readonly key: string;
  readonly kind: HonourKind;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Shown beside the name: an emoji or a short word. */
  readonly mark: string | null;
  /** A member gets it at most once in each. */
  readonly period: PeriodKind;
  /** Days of 24 hours after the grant; null: it never expires. */
  readonly validDays: number | null;
  readonly rule: HonourRule | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** `rule`: what the honour's own rule gave; the others name the room that gave it. */
export const GRANT_SOURCES = ['staff', 'rule', 'exchange', 'level', 'board'] as const;
export type GrantSource = (typeof GRANT_SOURCES)[number];

const DAY_MS = 86_400_000;

export function grantExpiry(honour: Pick<Honour, 'validDays'>, grantedAt: Date): Date | null {
  return honour.validDays === null ? null : new Date(grantedAt.getTime() + honour.validDays * DAY_MS);
}
