import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { CouponSource } from '../../life/domain/coupon.js';

/** So many coupons of a batch for each of many. */
export interface BulkOrder {
  readonly batchId: string;
  readonly source: CouponSource;
  readonly sourceId: string;
  readonly channel: string | null;
  /** A coupon's key is this, its customer, a colon, and the how many-th of his it is, from 1. */
  readonly keys: string;
  readonly each: number;
}

/** A coupon that nobody has yet. */
export interface MintedCoupon {
  readonly id: string;
  readonly hash: Buffer;
  readonly cipher: Buffer;
}

const ISSUE_ALL = {
  name: 'issue-all-coupons',
  text: 'SELECT coupons.issue_all($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS issued',
};

@Injectable()
export class BulkIssuer {
  constructor(private readonly database: Database) {}

  /** @returns false when not all of them could be, and then none is. */
  async issue(
    { batchId, source, sourceId, channel, keys, each }: BulkOrder,
    customerIds: readonly string[],
    coupons: readonly MintedCoupon[],
  ): Promise<boolean> {
    const { issued } = await this.database.one<{ issued: boolean }>(ISSUE_ALL, [
      this.database.corpId,
      batchId,
      source,
      sourceId,
      channel,
      keys,
      `{${customerIds.join(',')}}`,
      each,
      `{${coupons.map(({ id }) => id).join(',')}}`,
      Buffer.concat(coupons.map(({ hash }) => hash)),
      Buffer.concat(coupons.map(({ cipher }) => cipher)),
    ]);
    return issued;
  }
}
