import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { type Coupon, OFFLINE_DAYS_MAX } from '../domain/coupon.js';
import { COUPON_COLUMNS, CouponStore } from '../persistence/coupon-store.js';
import { VoidCoupons } from './void-coupons.js';

/** Of one transaction. */
const COUPONS_PER_STEP = 500;

/**
 * Writes down what is so already: a coupon is expired from its last instant on, and of no use once its batch is void, whether
 * or not somebody has come by. Inside an open unit of work; coupons that others have locked at the moment come later.
 */
@Injectable()
export class EndCoupons {
  constructor(
    private readonly database: Database,
    private readonly store: CouponStore,
    private readonly voiding: VoidCoupons,
  ) {}

  /** Along the index of open coupons by their end; those that a store held are its own for a while. @returns how many. */
  async expire(max = COUPONS_PER_STEP): Promise<number> {
    const due = await this.lock(
      `c.valid_until <= clock_timestamp() AND (c.state <> 'locked' OR c.lock_store_id IS NULL
         OR c.locked_until <= clock_timestamp() - interval '${OFFLINE_DAYS_MAX} days') ORDER BY c.valid_until LIMIT $2`,
      [max],
    );
    const expired = await this.store.move(
      due.map(({ id, version }) => ({ id, version, to: 'expired' as const })),
    );
    return expired.length;
  }

  /** Of a batch that is void, along the index by batch. @returns how many, and after which one to go on. */
  async voidBatch(batchId: string, afterId: string | null): Promise<{ count: number; last: string | null }> {
    const rows = await this.lock(
      `c.batch_id = $2 AND ($3::uuid IS NULL OR c.id > $3) AND c.valid_until > clock_timestamp()
         AND EXISTS (SELECT FROM coupons.batches b WHERE b.corp_id = $1 AND b.id = $2 AND b.state = 'void')
       ORDER BY c.id LIMIT $4`,
      [batchId, afterId, COUPONS_PER_STEP],
    );
    const voided = await this.voiding.apply(rows, { reason: 'batch_void', returned: false });
    return { count: voided.length, last: rows.at(-1)?.id ?? null };
  }

  private lock(where: string, params: readonly unknown[]): Promise<Coupon[]> {
    return this.database.query<Coupon>(
      `SELECT ${COUPON_COLUMNS} FROM coupons.coupons c
        WHERE c.corp_id = $1 AND c.state IN ('claimable', 'claimed', 'locked') AND ${where} FOR UPDATE OF c SKIP LOCKED`,
      [this.database.corpId, ...params],
    );
  }
}
