import type { AppError } from '../../../../platform/errors/app-error.js';
import { couponsErrors } from '../../coupons.errors.js';
import { claimsErrors } from '../claims.errors.js';

const { batch_not_found, customer_not_found } = couponsErrors;
/** Why an order gets no coupon: the whole list. */
export const ISSUE_REFUSALS = [batch_not_found, customer_not_found, ...Object.values(claimsErrors)];
const byCode = new Map(ISSUE_REFUSALS.map((definition) => [definition.code, definition]));

/** The refusal as an error, for a caller who ordered one coupon only. */
export function refusalOf(code: string): AppError {
  const definition = byCode.get(code);
  if (!definition) throw new Error(`an order was refused with ${code}, which no catalogue has`);
  return definition();
}
