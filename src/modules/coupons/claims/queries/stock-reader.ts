import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/**
 * One snapshot: where no unit is left, the coupons that took the last ones are seen, too. Along coupons_batch_idx, by ids,
 * which begin with the time. A coupon that got its id some seconds before its transaction ended is read by the next look.
 */
const LOOK = {
  name: 'coupons-stock-left',
  text: `
  SELECT EXISTS (SELECT FROM coupons.batch_stock WHERE corp_id = $1 AND batch_id = $2 AND remaining > 0) AS "hasStock",
         (SELECT coalesce(string_agg(substr(sha256(convert_to(n.issue_key, 'UTF8')), 1, 4), ''), '') FROM (
            SELECT issue_key FROM coupons.coupons
             WHERE corp_id = $1 AND batch_id = $2 AND id > $3 ORDER BY id LIMIT $4) n) AS marks,
         (rpad(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint - 10000), 12, '0'), 32, '0'))::uuid AS "nextAfter"`,
};
const MARK_BYTES = 4;

/** No id is smaller. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface StockLook {
  readonly hasStock: boolean;
  /** Of the keys under which coupons were got. */
  readonly marks: readonly number[];
  /** From here the next look goes on. */
  readonly nextAfter: string;
}

/** A key always has the same one; that two have one is rare. */
export function markOf(key: string): number {
  return markAt(hash('sha256', key, 'buffer'), 0);
}

/** Small enough to be no object of its own in a set. */
function markAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) >>> 2;
}

/** Inside an open unit of work. */
@Injectable()
export class StockReader {
  constructor(private readonly database: Database) {}

  /** @param after tells of coupons with greater ids only, and of at most so many */
  async look(batchId: string, after: string, max: number): Promise<StockLook> {
    const { marks, ...look } = await this.database.one<Omit<StockLook, 'marks'> & { marks: Buffer }>(LOOK, [
      this.database.corpId,
      batchId,
      after,
      max,
    ]);
    return {
      ...look,
      marks: Array.from({ length: marks.length / MARK_BYTES }, (_, n) => markAt(marks, n * MARK_BYTES)),
    };
  }
}
