import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { PreparedStatement } from '../../../../platform/database/scoped-query.js';
import type { BatchState } from '../../batches/domain/batch.js';
import type { Coupon } from '../../life/domain/coupon.js';
import { COUPON_COLUMNS } from '../../life/persistence/coupon-store.js';
import { type CouponTerms, termsOf } from '../../templates/domain/terms.js';
import type { HeldCoupon } from '../domain/judge.js';

/** Coupons by their ids, by the hashes of their codes, or by both. */
export interface CouponNames {
  readonly ids: readonly string[];
  readonly hashes: readonly Buffer[];
}

interface HeldRow extends Coupon {
  readonly codeHash: Buffer;
  readonly batchState: BatchState;
  readonly timeZone: string;
  readonly hasBudget: boolean;
  readonly terms: CouponTerms;
}

/** A coupon, what its batch says of it, and what it was found by. */
export interface FoundCoupon extends HeldCoupon {
  readonly codeHash: Buffer;
  readonly hasBudget: boolean;
}

const COLUMNS = `${COUPON_COLUMNS}, c.code_hash AS "codeHash", b.state AS "batchState", b.time_zone AS "timeZone",
  (b.budget IS NOT NULL OR b.daily_budget IS NOT NULL) AS "hasBudget", v.terms`;
const JOINS = `JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
  JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id`;

const lockBy = (name: string, column: string, type: string): PreparedStatement => ({
  name,
  text: `WITH waited AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($3, 0)))
    SELECT ${COLUMNS} FROM waited CROSS JOIN coupons.coupons c ${JOINS} WHERE c.corp_id = $1 AND c.${column} = $2::${type}
       FOR UPDATE OF c`,
});
const LOCK_BY_ID = lockBy('coupons-lock-by-id', 'id', 'uuid');
const LOCK_BY_CODE = lockBy('coupons-lock-by-code', 'code_hash', 'bytea');

/** Coupons with their terms, along their primary key or the key of codes. Inside an open unit of work. */
@Injectable()
export class HeldCoupons {
  constructor(private readonly database: Database) {}

  async find(names: CouponNames): Promise<FoundCoupon[]> {
    const { where, params } = this.whereOf(names);
    const rows = await this.database.query<HeldRow>(
      `SELECT ${COLUMNS} FROM coupons.coupons c ${JOINS} WHERE ${where}`,
      params,
    );
    return rows.map(heldOf);
  }

  /**
   * Of two who use the same coupon, or coupons for the same order, one waits, and then sees what the other did. The order
   * comes first: whoever has one coupon of an order waits for nobody who waits for that order.
   * @param name its id, or the hash of its code
   */
  async lock(name: string | Buffer, orderId: string): Promise<FoundCoupon | undefined> {
    const { corpId } = this.database;
    const row = await this.database.maybeOne<HeldRow>(typeof name === 'string' ? LOCK_BY_ID : LOCK_BY_CODE, [
      corpId,
      name,
      `coupons-order:${corpId}:${orderId}`,
    ]);
    return row && heldOf(row);
  }

  private whereOf({ ids, hashes }: CouponNames): { where: string; params: unknown[] } {
    const params: unknown[] = [this.database.corpId];
    const named: string[] = [];
    if (ids.length > 0) named.push(`c.id = ANY ($${params.push(ids)}::uuid[])`);
    if (hashes.length > 0) named.push(`c.code_hash = ANY ($${params.push(hashes)}::bytea[])`);
    return { where: `c.corp_id = $1 AND (${named.join(' OR ') || 'false'})`, params };
  }
}

function heldOf({ codeHash, batchState, timeZone, hasBudget, terms, ...coupon }: HeldRow): FoundCoupon {
  return { coupon, codeHash, batchState, timeZone, hasBudget, terms: termsOf(terms) };
}
