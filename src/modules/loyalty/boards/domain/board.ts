import { GROWTH_WALLET, POINTS_WALLET } from '../../programs/domain/program.js';

export const BOARD_ID_PREFIX = 'brd';
export const BOARD_PERIOD_KINDS = ['week', 'month', 'lifetime', 'fixed'] as const;
/** How much of a closed period is stored as its result. */
export const WINNERS_MAX = 1_000;
/** What the event of a closed period carries. */
export const ANNOUNCED_MAX = 100;
export const PRIZES_MAX = 50;
export const BOARD_RULES_MAX = 20;
/** Each board of a program is a row more in every posting that earns. */
export const BOARDS_MAX = 50;
/** The key of the one period of a board with fixed days. */
export const FIXED_PERIOD_KEY = 'fixed';

export type BoardPeriodKind = (typeof BOARD_PERIOD_KINDS)[number];

/** What the places from–to get; both belong to it. */
export interface Prize {
  readonly from: number;
  readonly to: number;
  readonly zh: string;
  readonly en: string;
}

/** What is fixed once a board has been made, since it says which entries count. */
export interface BoardScope {
  readonly programId: string;
  readonly walletId: string;
  readonly periodKind: BoardPeriodKind;
  /** Of `fixed` only. */
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  /** Only what these rules award counts; null: every earning. A campaign is its rules in fixed days. */
  readonly ruleIds: readonly string[] | null;
}

export interface BoardContent {
  readonly nameZh: string;
  readonly nameEn: string;
  /** How many ranks a closed period stores. */
  readonly winners: number;
  readonly prizes: readonly Prize[];
}

export interface Board extends BoardScope, BoardContent {
  readonly id: string;
  /** Earnings of before are on no board. */
  readonly countsFrom: Date;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
}

export interface BoardPeriod {
  /** 2026-W47, 2026-11, all or fixed. */
  readonly key: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** From then on it never changes. */
  readonly closedAt: Date | null;
}

/** One place of a board. Ties: who reached his points first, then the smaller id. */
export interface Standing {
  readonly rank: number;
  readonly memberId: string;
  readonly customerId: string;
  readonly points: number;
  /** When he earned last. */
  readonly reachedAt: Date;
}

export type PresetName = 'weekly_points_king' | 'monthly_top_contributors';
export interface BoardPreset extends BoardContent {
  readonly periodKind: BoardPeriodKind;
  readonly wallet: string;
}

/** Requirements 002-13 and 004-08: one king a week, a few people a month. */
export const boardPresets: Readonly<Record<PresetName, BoardPreset>> = {
  weekly_points_king: {
    nameZh: '每周积分王',
    nameEn: 'Points king of the week',
    periodKind: 'week',
    wallet: POINTS_WALLET,
    winners: 10,
    prizes: [{ from: 1, to: 1, zh: '线下活动名额', en: 'A seat at an offline event' }],
  },
  monthly_top_contributors: {
    nameZh: '每月贡献榜',
    nameEn: 'Top contributors of the month',
    periodKind: 'month',
    wallet: GROWTH_WALLET,
    winners: 10,
    prizes: [{ from: 1, to: 3, zh: '公开表扬与奖励', en: 'Public praise and a reward' }],
  },
};

/** Of two prizes for one place the first holds. */
export function prizeOf(prizes: readonly Prize[], rank: number): Prize | undefined {
  return prizes.find(({ from, to }) => from <= rank && rank <= to);
}
