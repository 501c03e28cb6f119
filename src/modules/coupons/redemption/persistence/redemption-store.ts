import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { termsOf } from '../../templates/domain/terms.js';
import type { Beside } from '../domain/judge.js';
import type { Redeemed } from '../domain/redemption.js';

export const REDEMPTION_COLUMNS = `r.id, r.coupon_id AS "couponId", r.batch_id AS "batchId", r.customer_id AS "customerId",
  r.request_no AS "requestNo", r.order_id AS "orderId", r.order_total AS "orderTotal", r.discount, r.reversed, r.open,
  r.store_id AS "storeId", r.channel, r.staff_id AS "staffId", r.redeemed_at AS "redeemedAt"`;

/** Where a request meets what was there before it. */
export interface Situation {
  /** By the database's clock, after every lock was taken. */
  readonly now: Date;
  /** What the request number stands for already. */
  readonly repeated: (Redeemed & { readonly bodyHash: Buffer }) | undefined;
  /** Other coupons that the order has, locked or redeemed. */
  readonly beside: readonly Beside[];
}

interface SituationRow {
  readonly now: Date;
  readonly redemptionId: string | null;
  readonly bodyHash: Buffer | null;
  readonly hasOthers: boolean;
}

const OTHERS = `coupons.coupons c WHERE c.corp_id = $1 AND c.order_id = $2 AND c.id <> $3
  AND (c.state = 'redeemed' OR c.state = 'locked' AND c.locked_until > clock_timestamp())`;

/** The request number by its key, other coupons by the index of orders: seldom is there either, and then it is read. */
const SITUATION = {
  name: 'coupons-situation',
  text: `
  SELECT t.now, r.id AS "redemptionId", r.body_hash AS "bodyHash", EXISTS (SELECT FROM ${OTHERS}) AS "hasOthers"
    FROM (SELECT clock_timestamp() AS now) t
    LEFT JOIN coupons.redemptions r ON r.corp_id = $1 AND r.request_no = $4`,
};
const BESIDE = `
  SELECT o.id AS "couponId", v.terms, coalesce(o.lock_discount, (SELECT r.discount - r.reversed FROM coupons.redemptions r
                                      WHERE r.corp_id = $1 AND r.coupon_id = o.id AND r.open), 0) AS discount
    FROM (SELECT c.id, c.batch_id, c.lock_discount FROM ${OTHERS}) o
    JOIN coupons.batches b ON b.corp_id = $1 AND b.id = o.batch_id
    JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id`;

export type NewRedemption = Omit<Redeemed, 'reversed' | 'open'> & {
  readonly bodyHash: Buffer;
  /** When its discount was reserved. */
  readonly bookedAt: Date;
};

const INSERT = {
  name: 'coupons-redeem',
  text: `
  INSERT INTO coupons.redemptions (corp_id, id, coupon_id, batch_id, customer_id, request_no, body_hash, order_id, order_total,
         discount, store_id, channel, staff_id, redeemed_at, booked_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
};

/** Redemptions. Inside an open unit of work. */
@Injectable()
export class RedemptionStore {
  constructor(private readonly database: Database) {}

  now(): Promise<Date> {
    return this.database.now();
  }

  async situation(requestNo: string | undefined, orderId: string, couponId: string): Promise<Situation> {
    const place = [this.database.corpId, orderId, couponId];
    const row = await this.database.one<SituationRow>(SITUATION, [...place, requestNo ?? null]);
    const { now, redemptionId, bodyHash, hasOthers } = row;
    const redeemed = redemptionId === null ? undefined : await this.find(redemptionId);
    const beside = hasOthers ? await this.database.query<Beside>(BESIDE, place) : [];
    return {
      now,
      repeated: redeemed && bodyHash ? { ...redeemed, bodyHash } : undefined,
      beside: beside.map((other) => ({ ...other, terms: termsOf(other.terms) })),
    };
  }

  /** Books its discount on the budgets, too. @throws the error of a unique key when the request number is taken */
  async insert(wanted: NewRedemption): Promise<Redeemed> {
    const { bodyHash, bookedAt, ...said } = wanted;
    await this.database.query(INSERT, [
      this.database.corpId,
      said.id,
      said.couponId,
      said.batchId,
      said.customerId,
      said.requestNo,
      bodyHash,
      said.orderId,
      said.orderTotal,
      said.discount,
      said.storeId,
      said.channel,
      said.staffId,
      said.redeemedAt,
      bookedAt,
    ]);
    return { ...said, reversed: 0, open: true };
  }

  find(id: string): Promise<Redeemed | undefined> {
    return this.database.maybeOne<Redeemed>(
      `SELECT ${REDEMPTION_COLUMNS} FROM coupons.redemptions r WHERE r.corp_id = $1 AND r.id = $2`,
      [this.database.corpId, id],
    );
  }

  /** Gives its discount back to the budgets, too. */
  takeBack(id: string, amount: number, open: boolean): Promise<Redeemed> {
    return this.database.one<Redeemed>(
      `UPDATE coupons.redemptions r SET reversed = r.reversed + $3, open = $4 WHERE r.corp_id = $1 AND r.id = $2
       RETURNING ${REDEMPTION_COLUMNS}`,
      [this.database.corpId, id, amount, open],
    );
  }
}
