import type { CorpId } from '../../../platform/context/typed-id.js';

/** For whom a coupon is offered, once for each welcome code however often its event comes. */
export interface CouponOffer {
  readonly batchId: string;
  readonly welcomeCode: string;
  readonly externalUserId: string;
}

/** Coupons that go along with a welcome; module `coupons` provides it, so that this module need not know it. */
export abstract class WelcomeCoupons {
  /** Inside an open unit of work. */
  abstract hasBatch(batchId: string): Promise<boolean>;

  /**
   * The code of a link by which this new friend, and nobody else, claims a coupon of the batch. Outside any unit of work.
   * @param deadlineMs when the welcome must be on its way.
   * @returns undefined when there is none for him now, or not in time.
   */
  abstract claimCodeFor(corpId: CorpId, offer: CouponOffer, deadlineMs: number): Promise<string | undefined>;
}
