import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { BatchState } from '../../batches/domain/batch.js';
import type { Coupon } from '../domain/coupon.js';

export interface PersonRoom {
  readonly batchState: BatchState;
  /** How many coupons of the batch the person may still have. */
  readonly free: number;
  /** The next number of the person in the batch; null: he has as many as one person may. */
  readonly seq: number | null;
  /** From now on; what another system gave stays as it was given. */
  readonly validFrom: Date;
  readonly validUntil: Date;
}

/** Whether a person may have another coupon of a batch. Inside an open unit of work. */
@Injectable()
export class BindingRoom {
  constructor(private readonly database: Database) {}

  /** Of two codes that one person uses at once the second one waits, and counts the first. */
  async wait({ batchId }: Coupon, [holder = '']: readonly string[]): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `coupons-bind:${this.database.corpId}:${batchId}:${holder}`,
    ]);
  }

  of({ id }: Coupon, person: readonly string[], now: Date): Promise<PersonRoom> {
    return this.database.one<PersonRoom>(
      `SELECT b.state AS "batchState", greatest(b.per_person - held.count, 0)::int AS free,
              CASE WHEN held.count < b.per_person THEN (
                SELECT min(free.seq) FROM generate_series(1, b.per_person) AS free(seq)
                 WHERE free.seq <> ALL (held.taken)) END AS seq,
              CASE WHEN c.source = 'import' THEN c.valid_from
                   ELSE coupons.valid_from(v.terms -> 'validity', b.time_zone, $5) END AS "validFrom",
              CASE WHEN c.source = 'import' THEN c.valid_until
                   ELSE coupons.valid_until(v.terms -> 'validity', b.time_zone, $5) END AS "validUntil"
         FROM coupons.coupons c
         JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
         JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id
        CROSS JOIN LATERAL (
          SELECT count(*) AS count, coalesce(array_agg(h.seq) FILTER (WHERE h.holder_id = $4), '{}') AS taken
            FROM coupons.coupons h
           WHERE h.corp_id = $1 AND h.batch_id = c.batch_id AND h.holder_id = ANY ($3::uuid[]) AND h.seq IS NOT NULL) held
        WHERE c.corp_id = $1 AND c.id = $2`,
      [this.database.corpId, id, person, person[0], now],
    );
  }
}
