/** `coupon-claim`: see bench/coupons/compare-claims.ts. `CLAIMS=2000` makes it smaller. */
import { compareClaims } from './coupons/compare-claims.js';

await compareClaims('coupon-claim', { target: 8 });
