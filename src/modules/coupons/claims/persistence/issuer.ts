import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** An order as the issuing function takes it. */
export interface OrderRow {
  /** Its place in the call: who came first is served first. */
  readonly n: number;
  readonly id: string;
  readonly key: string;
  readonly customer: string | null;
  /** The person, and all customers that he is. */
  readonly holder: string | null;
  readonly members: readonly string[] | null;
  readonly source: string;
  readonly source_id: string | null;
  readonly channel: string | null;
  /** `\x` and hexadecimal digits. */
  readonly hash: string;
  readonly cipher: string;
  /** null: as the batch says. */
  readonly valid_from: Date | null;
  readonly valid_until: Date | null;
}

export interface IssuedRow {
  readonly n: number;
  /** Why there is no coupon, or null. */
  readonly code: string | null;
  readonly couponId: string;
  readonly replayed: boolean;
  /** Of one that was just made; else null. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly issuedAt: Date;
}

const ISSUE = {
  name: 'issue-coupons',
  text: `SELECT n, code, coupon_id AS "couponId", replayed, valid_from AS "validFrom", valid_until AS "validUntil",
         issued_at AS "issuedAt" FROM coupons.issue($1, $2, $3)`,
};

/** The function of the database by which coupons come to be (docs/adr/0027). */
@Injectable()
export class Issuer {
  constructor(private readonly database: Database) {}

  issue(batchId: string, orders: readonly OrderRow[]): Promise<IssuedRow[]> {
    return this.database.query<IssuedRow>(ISSUE, [this.database.corpId, batchId, JSON.stringify(orders)]);
  }
}
