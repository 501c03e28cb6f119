import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

export interface ShownOffer {
  readonly linkId: string;
  readonly customerId: string;
  /** What became of the welcome; null: it was not told, or not yet. */
  readonly outcome: string | null;
  /** null: not claimed. */
  readonly couponId: string | null;
  readonly madeAt: Date;
}

/** To whom a welcome offered a batch. Inside an open unit of work. */
@Injectable()
export class ShowWelcomeOffers {
  constructor(private readonly database: Database) {}

  /** The newest first. A link has one coupon, under its own issue key. */
  list(batchId: string, after: { linkId: string } | undefined, limit: number): Promise<ShownOffer[]> {
    return this.database.query<ShownOffer>(
      `SELECT o.link_id AS "linkId", o.customer_id AS "customerId", o.outcome, c.id AS "couponId", o.made_at AS "madeAt"
         FROM coupons.welcome_offers o
         LEFT JOIN coupons.coupons c ON c.corp_id = $1 AND c.issue_key = 'link:' || o.link_id
        WHERE o.corp_id = $1 AND o.batch_id = $2 AND ($3::uuid IS NULL OR o.link_id < $3)
        ORDER BY o.link_id DESC LIMIT $4`,
      [this.database.corpId, batchId, after?.linkId ?? null, limit],
    );
  }
}
