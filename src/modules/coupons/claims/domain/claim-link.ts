export const LINK_ID_PREFIX = 'cpl';
/** What a link's code looks like: 128 random bits. */
export const LINK_CODE = /^[A-Za-z0-9_-]{22}$/;
export const LINK_CODE_BYTES = 16;
export const LINK_DAYS_MAX = 366;
export const LINKS_PER_CALL_MAX = 1_000;

/** A link by which customers claim from a batch, at most one coupon each. */
export interface ClaimLink {
  readonly id: string;
  readonly code: string;
  /** The business's own name for it, unique in the corp for ever; null: it was made without. */
  readonly key: string | null;
  readonly batchId: string;
  /** To whom it was sent; null: to everybody who comes. */
  readonly customerId: string | null;
  readonly channel: string | null;
  /** The first instant at which it leads nowhere. */
  readonly expiresAt: Date;
  readonly switchedOffAt: Date | null;
  readonly createdAt: Date;
}

export type NewLink = Pick<ClaimLink, 'key' | 'batchId' | 'customerId' | 'channel' | 'expiresAt'>;

export interface ClaimLinkFilter {
  readonly batchId?: string | undefined;
  readonly customerId?: string | undefined;
}

/** What the page of a link says: nothing of whoever it was sent to. */
export interface LinkOffer {
  readonly nameZh: string;
  readonly nameEn: string;
  /** `waiting`: the batch gives nothing yet, or not now; `over`: it never will again. */
  readonly state: 'open' | 'waiting' | 'sold_out' | 'over';
  readonly expiresAt: Date;
}
