import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
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
   * Those that somebody else is at are left to him.
   * @param beside only those of its batch, and not itself: its caller has it
   * @returns how many.
   */
  async ended(beside?: { id: string; batchId: string }): Promise<number> {
    const ended = await this.database.query<{ id: string; version: number }>(
      `SELECT id, version FROM coupons.coupons
        WHERE corp_id = $1 AND state = 'locked' AND locked_until <= clock_timestamp()
          AND ($2::uuid IS NULL OR batch_id = $2 AND id <> $3)
        ORDER BY batch_id, id LIMIT ${LOCKS_PER_CALL} FOR UPDATE SKIP LOCKED`,
      [this.database.corpId, beside?.batchId ?? null, beside?.id ?? null],
    );
    const moved = await this.coupons.move(
      ended.map(({ id, version }) => ({ id, version, to: 'claimed' as const, reason: 'lock_ended' })),
    );
    return moved.length;
  }
}
