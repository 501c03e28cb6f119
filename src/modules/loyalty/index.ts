export type { Posting, PostingKind, PostingResult, PostedEntry, Reversal } from './ledger/domain/posting.js';
export { CouponIssuer } from './exchange/domain/coupon-issuer.js';
export { LoyaltyFacade } from './loyalty.facade.js';
export { LoyaltyModule } from './loyalty.module.js';
