import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { EndedRelation } from './relation-ends.js';

/** What a complete pass may say about the relations that it did not see. Inside an open unit of work. */
@Injectable()
export class RelationSweep {
  constructor(private readonly database: Database) {}

  /** Active relations of staff whom this pass read in full: those that nobody has fetched since it began, and all. */
  count(startedAt: Date): Promise<{ missing: number; of: number }> {
    return this.database.one<{ missing: number; of: number }>(
      `SELECT count(*) FILTER (WHERE r.fetched_at < $2) AS missing, count(*) AS of ${OF_READ_STAFF}`,
      [this.database.corpId, startedAt],
    );
  }

  /** Marks what `count` calls missing. */
  end(startedAt: Date): Promise<EndedRelation[]> {
    return this.database.query<EndedRelation>(
      `UPDATE customers.follow_relations SET disappeared_at = now(), ended_at = now(), updated_at = now()
        WHERE corp_id = $1 AND ended_at IS NULL AND fetched_at < $2 AND id IN (
          SELECT r.id ${OF_READ_STAFF} AND r.fetched_at < $2)
       RETURNING id, customer_id AS "customerId", staff_user_id AS "staffUserId"`,
      [this.database.corpId, startedAt],
    );
  }
}

/** Along follow_relations_staff_idx, staff by staff; a pass has just read all of these rows anyway. */
const OF_READ_STAFF = `
  FROM customers.staff_reads s
  JOIN customers.follow_relations r ON r.corp_id = s.corp_id AND r.staff_key = s.staff_key
 WHERE s.corp_id = $1 AND s.read_at >= $2 AND s.refusal IS NULL AND r.ended_at IS NULL`;
