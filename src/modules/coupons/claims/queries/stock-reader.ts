import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** One snapshot: where no unit is left, the coupons that took the last ones are seen, too. Along coupons_batch_idx. */
const LOOK = {
  name: 'coupons-stock-left',
  text: `
  SELECT EXISTS (SELECT FROM coupons.batch_stock WHERE corp_id = $1 AND batch_id = $2 AND remaining > 0) AS "hasStock",
         (SELECT coalesce(json_agg(n ORDER BY n.id), '[]') FROM (
            SELECT id, issue_key AS key FROM coupons.coupons
             WHERE corp_id = $1 AND batch_id = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id DESC LIMIT $4) n) AS newest`,
};

export interface StockLook {
  readonly hasStock: boolean;
  /** The oldest first. */
  readonly newest: readonly { readonly id: string; readonly key: string }[];
}

/** Inside an open unit of work. */
@Injectable()
export class StockReader {
  constructor(private readonly database: Database) {}

  /** @param after tells of coupons that came after this one only */
  look(batchId: string, after: string | undefined, keysMax: number): Promise<StockLook> {
    return this.database.one<StockLook>(LOOK, [this.database.corpId, batchId, after ?? null, keysMax]);
  }
}
