import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Reversal } from '../domain/redemption.js';

const COLUMNS = `id, redemption_id AS "redemptionId", request_no AS "requestNo", amount, returned, reason, at`;

export type StoredReversal = Reversal & { readonly bodyHash: Buffer };

/** Reversals. Inside an open unit of work. */
@Injectable()
export class ReversalStore {
  constructor(private readonly database: Database) {}

  byRequest(requestNo: string): Promise<StoredReversal | undefined> {
    return this.database.maybeOne<StoredReversal>(
      `SELECT ${COLUMNS}, body_hash AS "bodyHash" FROM coupons.reversals WHERE corp_id = $1 AND request_no = $2`,
      [this.database.corpId, requestNo],
    );
  }

  /** The oldest first. */
  of(redemptionId: string): Promise<Reversal[]> {
    return this.database.query<Reversal>(
      `SELECT ${COLUMNS} FROM coupons.reversals WHERE corp_id = $1 AND redemption_id = $2 ORDER BY id`,
      [this.database.corpId, redemptionId],
    );
  }

  /** @returns undefined when the request number is taken. */
  insert(wanted: Omit<StoredReversal, 'at'>): Promise<Reversal | undefined> {
    const { id, redemptionId, requestNo, bodyHash, amount, returned, reason } = wanted;
    return this.database.maybeOne<Reversal>(
      `INSERT INTO coupons.reversals (corp_id, id, redemption_id, request_no, body_hash, amount, returned, reason, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())
       ON CONFLICT (corp_id, request_no) DO NOTHING RETURNING ${COLUMNS}`,
      [this.database.corpId, id, redemptionId, requestNo, bodyHash, amount, returned, reason],
    );
  }
}
