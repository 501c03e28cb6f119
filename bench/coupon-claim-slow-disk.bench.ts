/** `coupon-claim-slow-disk`: as `coupon-claim`, on a disk that takes 2 ms to keep something. */
import { compareClaims } from './coupons/compare-claims.js';

await compareClaims('coupon-claim-slow-disk', { target: 15, commitMs: 2 });
