import { defineEvent } from '../../platform/events/event.js';

export const ENTRIES_PER_EVENT_MAX = 500;

/** Points were booked: all that one call posted, in parts of at most 500. Comes in any order: `seq` says which is later. */
export interface PointsPosted {
  entries: {
    accountId: string;
    memberId: string;
    customerId: string;
    walletId: string;
    /** The number of the entry in its account, from 1 without a gap: the account's version. */
    seq: number;
    /** What it changed of the balance; 0 when it only changed a debt. */
    delta: number;
    balanceAfter: number;
    kind: 'earn' | 'spend' | 'adjust' | 'opening' | 'expire' | 'reverse' | 'hold_post' | 'settle';
    /** The points of the corp's default program, as its customers' pages show them. */
    isMain?: true;
  }[];
}
export const pointsPosted = defineEvent<PointsPosted>('loyalty.points_posted', 1);

/** Customers became members of a program. */
export interface MembersJoined {
  programId: string;
  /** Our ids, at most 500. */
  memberIds: string[];
}
export const memberJoined = defineEvent<MembersJoined>('loyalty.member_joined', 1);

/** A period of a leaderboard was closed: its ranks never change any more. Once for each period. */
export interface BoardClosed {
  boardId: string;
  /** 2026-W47, 2026-11, or fixed. */
  periodKey: string;
  /** The first ones, at most 100; the others are in GET /v1/loyalty/boards/{id}/top. Empty when nobody earned. */
  winners: {
    rank: number;
    memberId: string;
    customerId: string;
    points: number;
    /** What the board promises this rank, in words; null: nothing. */
    prize: { zh: string; en: string } | null;
  }[];
}
export const boardClosed = defineEvent<BoardClosed>('loyalty.board_closed', 1);

/** Levels of members changed, by whatever reason; also of those who have just got their first one. */
export interface LevelChanged {
  programId: string;
  programKey: string;
  /** As a person reads it, by key of the levels in `to`. */
  names: Record<string, { zh: string; en: string }>;
  /** At most 500. */
  changes: {
    memberId: string;
    customerId: string;
    /** Keys of levels; null: he had none. The same as `to` when only the level's name changed. */
    from: string | null;
    to: string;
    reason: 'joined' | 'opening' | 'score' | 'period_end' | 'table' | 'locked' | 'unlocked' | 'lock_ended';
    /** Grows with each change of this member's level. */
    version: number;
  }[];
}
export const levelChanged = defineEvent<LevelChanged>('loyalty.level_changed', 1);

/** The periods of these members end soon: once for each period, and before each downgrade. */
export interface LevelExpiring {
  programId: string;
  /** At most 500. */
  members: {
    memberId: string;
    customerId: string;
    level: string;
    /** Where he would fall as he stands; the level itself where he keeps it. */
    to: string;
    /** How much score would keep the level; 0 where he keeps it. */
    missing: number;
    /** The end of the grace days, RFC 3339: nobody falls before. */
    retainUntil: string;
  }[];
}
export const levelExpiring = defineEvent<LevelExpiring>('loyalty.level_expiring', 1);

/** Benefits of a level, each granted once for a member, a level and a period. Points among them are booked by loyalty itself. */
export interface BenefitsGranted {
  programId: string;
  /** At most 500. */
  grants: {
    memberId: string;
    customerId: string;
    level: string;
    benefit: string;
    /** once, 2026-11 or 2026. */
    period: string;
    kind: 'points' | 'honour' | 'other';
    points?: number;
    honourId?: string;
  }[];
}
export const benefitsGranted = defineEvent<BenefitsGranted>('loyalty.benefit_granted', 1);

/** A person checked in, for the first time on that day of the program's calendar. */
export interface CheckedIn {
  programId: string;
  memberId: string;
  /** The one of the person's customers who did. */
  customerId: string;
  /** 2026-11-22 */
  day: string;
  /** Days in a row, with this one. */
  streak: number;
}
export const checkedIn = defineEvent<CheckedIn>('loyalty.checked_in', 1);

/** A member took a benefit for points, or was given one. What it is, is in the catalogue. */
export interface BenefitTaken {
  exchangeId: string;
  benefitId: string;
  memberId: string;
  customerId: string;
}
export const benefitTaken = defineEvent<BenefitTaken>('loyalty.benefit_taken', 1);

/** What was taken is on its way, there, or cancelled: then points, stock and honour went back. */
export interface ExchangeChanged extends BenefitTaken {
  state: 'shipped' | 'delivered' | 'cancelled';
}
export const exchangeChanged = defineEvent<ExchangeChanged>('loyalty.exchange_changed', 1);

export const HONOURS_PER_EVENT_MAX = 500;

/** Members got medals, titles or privileges, each once a member, honour and period; or lost them. */
export interface HonoursChanged {
  /** At most 500. */
  grants: { grantId: string; honourId: string; memberId: string; customerId: string }[];
}
export const honourGranted = defineEvent<HonoursChanged>('loyalty.honour_granted', 1);
/** Taken back by people. One that expires makes no event: its grant says until when it holds. */
export const honourRevoked = defineEvent<HonoursChanged>('loyalty.honour_revoked', 1);

/** The balances of these customers lie in another band of those that are written to WeCom as corp tags. */
export interface BalanceBandChanged {
  programId: string;
  /** Our ids, at most 500. */
  customerIds: string[];
}
export const balanceBandChanged = defineEvent<BalanceBandChanged>('loyalty.balance_band_changed', 1);
