import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { Events } from '../../../../platform/events/events.js';
import { StockStore } from '../../batches/persistence/stock-store.js';
import { couponsErrors } from '../../coupons.errors.js';
import { COUPONS_PER_EVENT_MAX, couponsVoided } from '../../coupons.events.js';
import { type Coupon, type CouponState, stateAt, TRANSITIONS } from '../domain/coupon.js';
import { CouponStore } from '../persistence/coupon-store.js';

export interface Voiding {
  readonly reason: string;
  /** Whether the units go back to their batches, and their holders may have others. */
  readonly returned: boolean;
}

export type VoidResult =
  | { readonly couponId: string; readonly outcome: 'voided' }
  | { readonly couponId: string; readonly outcome: 'refused'; readonly code: string };

/** Coupons that nobody may use any more. Inside an open unit of work. */
@Injectable()
export class VoidCoupons {
  constructor(
    private readonly database: Database,
    private readonly store: CouponStore,
    private readonly stock: StockStore,
    private readonly events: Events,
  ) {}

  /** @throws coupons.coupon_not_found, coupon_state_refused */
  async one(id: string, voiding: Voiding): Promise<void> {
    const [result] = await this.each([id], voiding);
    if (result?.outcome !== 'refused') return;
    const isMissing = result.code === couponsErrors.coupon_not_found.code;
    throw isMissing ? couponsErrors.coupon_not_found() : couponsErrors.coupon_state_refused();
  }

  /** @param ids at most 1,000. @returns a result for each, in the same order; one that is named twice is refused once. */
  async each(ids: readonly string[], voiding: Voiding): Promise<VoidResult[]> {
    const now = await this.database.now();
    const locked = new Map((await this.store.lock(ids)).map((coupon) => [coupon.id, coupon]));
    const open = [...locked.values()].filter((coupon) => mayBecomeVoid(coupon, now));
    const voided = new Set((await this.apply(open, voiding)).map(({ id }) => id));
    return ids.map((couponId): VoidResult => {
      if (voided.delete(couponId)) return { couponId, outcome: 'voided' };
      const error = locked.has(couponId)
        ? couponsErrors.coupon_state_refused
        : couponsErrors.coupon_not_found;
      return { couponId, outcome: 'refused', code: error.code };
    });
  }

  /** @param coupons locked, of which each may become void. */
  async apply(coupons: readonly Coupon[], { reason, returned }: Voiding): Promise<Coupon[]> {
    const voided = await this.store.move(
      coupons.map(({ id, version }) => ({
        id,
        version,
        to: 'void' as const,
        reason,
        ...(returned && { returned }),
      })),
    );
    if (returned) await this.stock.giveBack(countByBatch(voided));
    for (let at = 0; at < voided.length; at += COUPONS_PER_EVENT_MAX) {
      const part = voided.slice(at, at + COUPONS_PER_EVENT_MAX);
      const told = part.map(({ id, batchId, customerId }) => ({ couponId: id, batchId, customerId }));
      await this.events.append(couponsVoided, { coupons: told });
    }
    return voided;
  }
}

function mayBecomeVoid(coupon: Coupon, now: Date): boolean {
  const state: CouponState = stateAt(coupon, now);
  return TRANSITIONS[state].includes('void');
}

function countByBatch(coupons: readonly Coupon[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { batchId } of coupons) counts.set(batchId, (counts.get(batchId) ?? 0) + 1);
  return counts;
}
