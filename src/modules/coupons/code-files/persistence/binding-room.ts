import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { BatchState } from '../../batches/domain/batch.js';
import type { Coupon } from '../../life/domain/coupon.js';

export interface Room {
  /** By the database's clock. */
  readonly now: Date;
  readonly batchState: BatchState;
  /** The next number of the person in the batch; null: he has as many as one person may. */
  readonly seq: number | null;
  /** From now on; what another system gave stays as it was given. */
  readonly validFrom: Date;
  readonly validUntil: Date;
}

/** PostgreSQL's own word for work that shall run again from its beginning, as it does (platform/database/unit-of-work). */
const RUN_AGAIN = '40001';

/** A claim does not wait for who binds a code: where it took the person's number in between, the room is looked at again. */
export async function withNumber<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // reason for the cast: anything can be thrown; the one word that is looked for is compared
    if ((error as { constraint?: unknown } | undefined)?.constraint !== 'coupons_limit_key') throw error;
    throw Object.assign(new Error('the number was taken', { cause: error }), { code: RUN_AGAIN });
  }
}

/** Whether a person may have another coupon of a batch. Inside an open unit of work. */
@Injectable()
export class BindingRoom {
  constructor(private readonly database: Database) {}

  /** Of two codes that one person uses at once the second one waits, and counts the first. */
  async of({ id, batchId }: Coupon, person: readonly string[]): Promise<Room> {
    const { corpId } = this.database;
    const [holder = ''] = person;
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `coupons-bind:${corpId}:${batchId}:${holder}`,
    ]);
    return this.database.one<Room>(
      `SELECT clock_timestamp() AS now, b.state AS "batchState",
              CASE WHEN held.count < b.per_person THEN (
                SELECT min(free.seq) FROM generate_series(1, b.per_person) AS free(seq)
                 WHERE free.seq <> ALL (held.taken)) END AS seq,
              CASE WHEN c.source = 'import' THEN c.valid_from
                   ELSE coupons.valid_from(v.terms -> 'validity', b.time_zone, clock_timestamp()) END AS "validFrom",
              CASE WHEN c.source = 'import' THEN c.valid_until
                   ELSE coupons.valid_until(v.terms -> 'validity', b.time_zone, clock_timestamp()) END AS "validUntil"
         FROM coupons.coupons c
         JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
         JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id
        CROSS JOIN LATERAL (
          SELECT count(*) AS count, coalesce(array_agg(h.seq) FILTER (WHERE h.holder_id = $4), '{}') AS taken
            FROM coupons.coupons h
           WHERE h.corp_id = $1 AND h.batch_id = c.batch_id AND h.holder_id = ANY ($3::uuid[]) AND h.seq IS NOT NULL) held
        WHERE c.corp_id = $1 AND c.id = $2`,
      [corpId, id, person, holder],
    );
  }
}
