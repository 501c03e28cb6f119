import type { Coupon } from '../../life/domain/coupon.js';
import type { BatchWithTerms } from '../../batches/domain/batch.js';

/** A coupon as a store sees it. */
export interface DeskCoupon {
  readonly coupon: Coupon;
  readonly batch: Pick<BatchWithTerms, 'name' | 'kind' | 'terms'>;
  /** Whether its terms let this store redeem it. Whether they let this order, only a validation says. */
  readonly usableHere: boolean;
}

/** Who the order is that holds a coupon is nothing to another store. */
export function seenFrom(
  store: { readonly id: string; readonly code: string },
  coupon: Coupon,
  batch: BatchWithTerms,
): DeskCoupon {
  const { stores } = batch.terms.conditions;
  const shown = coupon.lockStoreId === store.id ? coupon : { ...coupon, orderId: null };
  return { coupon: shown, batch, usableHere: stores === undefined || stores.includes(store.code) };
}
