export type { IssueOrder, IssueResult } from './claims/domain/issue-order.js';
export { CouponsFacade } from './coupons.facade.js';
export { CouponsModule } from './coupons.module.js';
