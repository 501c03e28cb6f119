import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** Inside an open unit of work. */
@Injectable()
export class TypedReasons {
  constructor(private readonly database: Database) {}

  /** The one text of this module that somebody types about a customer: why a coupon was voided or given back. */
  async clear(customerIds: readonly string[]): Promise<void> {
    for (const [table, column, of] of [
      ['coupons.coupon_events', 'coupon_id', 'coupons.coupons'],
      ['coupons.reversals', 'redemption_id', 'coupons.redemptions'],
    ] as const)
      await this.database.execute(
        `UPDATE ${table} AS t SET reason = NULL WHERE t.corp_id = $1 AND t.reason IS NOT NULL AND t.${column} IN (
           SELECT o.id FROM ${of} o WHERE o.corp_id = $1 AND o.customer_id = ANY($2::uuid[]))`,
        [this.database.corpId, customerIds],
      );
  }
}
