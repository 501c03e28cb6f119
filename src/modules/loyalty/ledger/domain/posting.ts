export const ACCOUNT_ID_PREFIX = 'acc';
export const TRANSFER_ID_PREFIX = 'ptr';

export const KEY_MAX = 128;
export const AMOUNT_MAX = 1_000_000_000_000;
export const POSTINGS_PER_CALL_MAX = 1_000;

export type PostingKind = 'earn' | 'spend' | 'adjust' | 'opening';
/** settle: what is owed is paid with points that a hold set free. */
export type EntryKind = PostingKind | 'expire' | 'reverse' | 'hold_post' | 'settle';

/** An order to book points. */
export interface Posting {
  /** The business's own name for it, at most 128 characters: books it once for ever in its program. */
  readonly key: string;
  readonly programId: string;
  /** Who is not yet a member becomes one by earning. */
  readonly customerId: string;
  /** The wallet's key. */
  readonly wallet: string;
  /**
   * earn: pays what is owed first. spend: takes what expires first from all accounts of the person. adjust: as earn, or
   * from this one account when the amount is negative. opening: what another system had booked before.
   */
  readonly kind: PostingKind;
  /** 1 to 1,000,000,000,000; an adjustment may be negative. */
  readonly amount: number;
  readonly reason?: string;
  readonly sourceEventId?: string;
  readonly ruleVersionId?: string;
  /** When it was earned or spent; now when left out. Expiry counts from it. */
  readonly effectiveAt?: Date;
  /** Of what is earned: null is never; the wallet's policy when left out. */
  readonly expiresAt?: Date | null;
}

/** An order to take a posting back. */
export interface Reversal {
  /** As of a posting, and shared with them. */
  readonly key: string;
  readonly programId: string;
  readonly transferId: string;
  /** What is left of it when left out; at most 100 % in all. */
  readonly amount?: number;
  readonly reason?: string;
  readonly sourceEventId?: string;
}

/** An entry as it was booked. */
export interface PostedEntry {
  readonly accountId: string;
  readonly memberId: string;
  readonly customerId: string;
  readonly walletId: string;
  readonly programId: string;
  /** From 1 without a gap: the account's version. */
  readonly seq: number;
  readonly kind: EntryKind;
  readonly delta: number;
  readonly balanceAfter: number;
  /** What the customer owes: earnings taken back that he had spent. */
  readonly debtAfter: number;
  /** All that the account ever earned, less what was taken back; of a replayed posting: as it is now. */
  readonly earnedTotal: number;
  readonly recordedAt: Date;
}

export type PostingResult =
  | {
      readonly outcome: 'posted';
      readonly transferId: string;
      readonly entries: readonly PostedEntry[];
      /** The key was booked before: these are the entries of then, and nothing happened now. */
      readonly replayed: boolean;
    }
  | {
      readonly outcome: 'refused';
      /** `loyalty.…`, as in docs/errors.md. */
      readonly code: string;
    };
