import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { CouponOffer } from '../../../welcome/index.js';

/** Claim links that went along with welcomes. Inside an open unit of work. */
@Injectable()
export class WelcomeOfferStore {
  constructor(private readonly database: Database) {}

  async findLink({ welcomeCode, batchId }: CouponOffer): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ linkId: string }>(
      `SELECT link_id AS "linkId" FROM coupons.welcome_offers WHERE corp_id = $1 AND welcome_code = $2 AND batch_id = $3`,
      [this.database.corpId, welcomeCode, batchId],
    );
    return row?.linkId;
  }

  async insert(offer: CouponOffer, link: { id: string; customerId: string; createdAt: Date }): Promise<void> {
    const { welcomeCode, batchId, externalUserId } = offer;
    const { id, customerId, createdAt } = link;
    await this.database.execute(
      `INSERT INTO coupons.welcome_offers (corp_id, welcome_code, batch_id, link_id, customer_id, external_user_id, made_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [this.database.corpId, welcomeCode, batchId, id, customerId, externalUserId, createdAt],
    );
  }

  /** Of the welcome that ended; one that was not told of stays without. */
  async noteOutcome(welcomeCode: string, outcome: string): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.welcome_offers SET outcome = $3 WHERE corp_id = $1 AND welcome_code = $2`,
      [this.database.corpId, welcomeCode, outcome],
    );
  }

  async forget(externalUserIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.welcome_offers SET external_user_id = NULL
        WHERE corp_id = $1 AND external_user_id = ANY($2::text[])`,
      [this.database.corpId, externalUserIds],
    );
  }
}
