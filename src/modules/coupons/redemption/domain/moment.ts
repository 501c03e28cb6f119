import { type Coupon, OFFLINE_DAYS_MAX } from '../../life/domain/coupon.js';
import { redemptionErrors } from '../redemption.errors.js';
import type { CouponUse } from './redemption.js';

const AHEAD_MAX_MS = 5 * 60_000;
const BACK_MAX_MS = OFFLINE_DAYS_MAX * 86_400_000;

/**
 * When a use of a coupon happened, and on which day its discount counts. A desk without network says when it was; that holds
 * for the time during which the order had the coupon by a lock that nobody has ended since, and no other.
 * @throws coupons.clock_ahead, clock_behind
 */
export function momentOf(coupon: Coupon, { at, order }: CouponUse, now: Date): { at: Date; bookedAt: Date } {
  if (at && at.getTime() > now.getTime() + AHEAD_MAX_MS) throw redemptionErrors.clock_ahead();
  if (at && at.getTime() < now.getTime() - BACK_MAX_MS) throw redemptionErrors.clock_behind();
  const { state, stateAt, orderId, lockedUntil } = coupon;
  const moment = at && at < now ? at : now;
  const isHeld =
    state === 'locked' &&
    orderId === order.id &&
    lockedUntil !== null &&
    stateAt <= moment &&
    moment < lockedUntil;
  return isHeld ? { at: moment, bookedAt: stateAt } : { at: now, bookedAt: now };
}
