import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { OFFLINE_DAYS_MAX } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';

const LOCKS_PER_CALL = 1_000;

/** Sets free what locks hold whose time is over. They have ended already: this is for the budgets. Inside an open unit of work. */
@Injectable()
export class ReleaseLocks {
  constructor(
    private readonly database: Database,
    private readonly coupons: CouponStore,
  ) {}

  /**
   * Those that somebody else is at are left to him; those of a store, which may tell later what it did, to the budgets.
   * @param beside only those of its batch, and not itself: its caller has it
   * @returns how many.
   */
  async ended(beside?: { id: string; batchId: string }): Promise<number> {
    const ended = await this.database.query<{ id: string; version: number }>(
      `SELECT id, version FROM coupons.coupons
        WHERE corp_id = $1 AND state = 'locked' AND locked_until <= clock_timestamp()
          AND CASE WHEN $2::uuid IS NOT NULL THEN batch_id = $2 AND id <> $3
                   ELSE lock_store_id IS NULL OR locked_until <= clock_timestamp() - interval '${OFFLINE_DAYS_MAX} days' END
        ORDER BY batch_id, id LIMIT ${LOCKS_PER_CALL} FOR UPDATE SKIP LOCKED`,
      [this.database.corpId, beside?.batchId ?? null, beside?.id ?? null],
    );
    const moved = await this.coupons.move(
      ended.map(({ id, version }) => ({ id, version, to: 'claimed' as const, reason: 'lock_ended' })),
    );
    return moved.length;
  }
}
