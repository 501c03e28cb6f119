import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** A coupon to be, as the database takes it. */
export interface NewCoupon {
  readonly id: string;
  readonly key: string;
  readonly customer: string | null;
  readonly source: string;
  readonly sourceId: string | null;
  readonly channel: string | null;
  readonly hash: Buffer;
  readonly cipher: Buffer;
}

/** One of which nothing is taken for granted. */
export interface OrderRow extends NewCoupon {
  /** Its place in the call: who came first is served first. */
  readonly n: number;
  /** All customers of the person; the first is the holder. Empty: nobody holds it yet. */
  readonly members: readonly string[];
  /** undefined: as the batch says. */
  readonly validity: { readonly from: Date; readonly until: Date } | undefined;
}

/** Of a coupon that was just made. */
export interface Issued {
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly issuedAt: Date;
}

export interface IssuedRow extends Issued {
  readonly n: number;
  /** Why there is no coupon, or null. */
  readonly code: string | null;
  readonly couponId: string;
  /** Then the times are null. */
  readonly replayed: boolean;
}

const TIMES = 'valid_from AS "validFrom", valid_until AS "validUntil", issued_at AS "issuedAt"';

const ISSUE = {
  name: 'issue-coupons',
  text: `SELECT n, code, coupon_id AS "couponId", replayed, ${TIMES} FROM coupons.issue($1, $2, $3)`,
};

const ISSUE_ALL = {
  name: 'issue-all-coupons',
  text: `SELECT ${TIMES} FROM coupons.issue_all($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
};

/** The two functions of the database by which coupons come to be (docs/adr/0027). */
@Injectable()
export class Issuer {
  constructor(private readonly database: Database) {}

  /** A row for each order, in any order. */
  issue(batchId: string, orders: readonly OrderRow[]): Promise<IssuedRow[]> {
    const json = JSON.stringify(orders.map(jsonOf));
    return this.database.query<IssuedRow>(ISSUE, [this.database.corpId, batchId, json]);
  }

  /**
   * To persons who are one customer each, sorted by them, who get so many each.
   * @returns undefined when not all of them could be issued, and then none is.
   */
  issueAll(batchId: string, each: number, coupons: readonly NewCoupon[]): Promise<Issued | undefined> {
    return this.database.maybeOne<Issued>(ISSUE_ALL, [
      this.database.corpId,
      batchId,
      each,
      `{${coupons.map(({ customer }) => customer).join(',')}}`,
      `{${coupons.map(({ id }) => id).join(',')}}`,
      coupons.map(({ key }) => key),
      onceIfEqual(coupons.map(({ source }) => source)),
      onceIfEqual(coupons.map(({ sourceId }) => sourceId)),
      onceIfEqual(coupons.map(({ channel }) => channel)),
      Buffer.concat(coupons.map(({ hash }) => hash)),
      Buffer.concat(coupons.map(({ cipher }) => cipher)),
    ]);
  }
}

/** What is the same for all is told once. */
function onceIfEqual<T>(values: readonly T[]): readonly T[] {
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

function jsonOf({
  n,
  id,
  key,
  customer,
  members,
  source,
  sourceId,
  channel,
  hash,
  cipher,
  validity,
}: OrderRow) {
  return {
    n,
    id,
    key,
    customer,
    holder: members[0] ?? null,
    members: members.length > 0 ? members : null,
    source,
    source_id: sourceId,
    channel,
    hash: `\\x${hash.toString('hex')}`,
    cipher: `\\x${cipher.toString('hex')}`,
    valid_from: validity?.from ?? null,
    valid_until: validity?.until ?? null,
  };
}
