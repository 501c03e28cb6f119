import type { ExpiryPolicy } from './program-time.js';

export const PROGRAM_ID_PREFIX = 'prg';
export const WALLET_ID_PREFIX = 'wal';
export const MEMBER_ID_PREFIX = 'mem';
/** As the module customers calls them. */
export const CUSTOMER_ID_PREFIX = 'cus';

/** The wallets that every program has: what can be spent, and the score that levels are made of. */
export const POINTS_WALLET = 'points';
export const GROWTH_WALLET = 'growth';
/** Of the program that a corp has without asking for one. */
export const DEFAULT_PROGRAM = 'default';

export interface Wallet {
  readonly id: string;
  readonly key: string;
  /** growth: a score, which is never spent. */
  readonly kind: 'spendable' | 'growth';
  readonly nameZh: string;
  readonly nameEn: string;
  readonly expiry: ExpiryPolicy;
  /** An earning moves the expiry of all points that are still there to its own. */
  readonly extendsOnEarning: boolean;
}

export interface Program {
  readonly id: string;
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** IANA; days, weeks and months of the program begin at its midnight. */
  readonly timeZone: string;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
  /** By key. */
  readonly wallets: readonly Wallet[];
}
