import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import {
  type Adjustment,
  type AdjustmentLimit,
  type AdjustmentRequest,
  type AdjustmentState,
  LIMIT_DEFAULT,
} from '../domain/adjustment.js';

const COLUMNS = `id, program_id AS "programId", key, customer_id AS "customerId", wallet, amount, reason, state,
  requested_by AS "requestedBy", requested_at AS "requestedAt", decided_by AS "decidedBy", decided_at AS "decidedAt",
  decision_reason AS "decisionReason", transfer_id AS "transferId"`;

export interface Decision {
  readonly state: Exclude<AdjustmentState, 'requested'>;
  readonly by: string | null;
  readonly reason: string | null;
  readonly transferId: string | null;
}

export interface AdjustmentFilter {
  readonly state?: AdjustmentState | undefined;
  readonly customerId?: string | undefined;
}

/** Adjustments and their limits. Inside an open unit of work. */
@Injectable()
export class AdjustmentStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined when the business key is taken. */
  insert(wanted: AdjustmentRequest, owner: string): Promise<Adjustment | undefined> {
    const { programId, key, customerId, wallet, amount, reason } = wanted;
    return this.database.maybeOne<Adjustment>(
      `INSERT INTO loyalty.adjustments (corp_id, id, program_id, key, customer_id, wallet, amount, reason, state,
              requested_by, requested_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10)
       ON CONFLICT (corp_id, program_id, key) DO NOTHING RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        programId,
        key,
        customerId,
        wallet,
        amount,
        reason,
        owner,
        this.clock.now(),
      ],
    );
  }

  /** Of two that one owner asks for at the same time the second one counts the first. */
  async takeTurn(programId: string, owner: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `loyalty.adjustments ${programId} ${owner}`,
    ]);
  }

  /** Points that the owner has corrected since then without anybody else, given and taken away. */
  async sumAlone(programId: string, owner: string, since: Date): Promise<number> {
    const { points } = await this.database.one<{ points: number }>(
      `SELECT coalesce(sum(abs(amount)), 0)::bigint AS points FROM loyalty.adjustments
        WHERE corp_id = $1 AND program_id = $2 AND requested_by = $3 AND decided_at >= $4
          AND state = 'approved' AND decided_by IS NULL`,
      [this.database.corpId, programId, owner, since],
    );
    return points;
  }

  byKey(programId: string, key: string): Promise<Adjustment> {
    return this.database.one<Adjustment>(
      `SELECT ${COLUMNS} FROM loyalty.adjustments WHERE corp_id = $1 AND program_id = $2 AND key = $3`,
      [this.database.corpId, programId, key],
    );
  }

  find(id: string): Promise<Adjustment | undefined> {
    return this.database.maybeOne<Adjustment>(
      `SELECT ${COLUMNS} FROM loyalty.adjustments WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who decide one waits, and then sees what the other decided. */
  lock(id: string): Promise<Adjustment | undefined> {
    return this.database.maybeOne<Adjustment>(
      `SELECT ${COLUMNS} FROM loyalty.adjustments WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  decide(id: string, { state, by, reason, transferId }: Decision): Promise<Adjustment> {
    return this.database.one<Adjustment>(
      `UPDATE loyalty.adjustments SET state = $3, decided_by = $4, decided_at = $5, decision_reason = $6, transfer_id = $7
        WHERE corp_id = $1 AND id = $2 AND state = 'requested' RETURNING ${COLUMNS}`,
      [this.database.corpId, id, state, by, this.clock.now(), reason, transferId],
    );
  }

  /** The newest first; along the primary key, the index by state, or that by customer. */
  list(filter: AdjustmentFilter, after: { id: string } | undefined, limit: number): Promise<Adjustment[]> {
    const params: unknown[] = [this.database.corpId, limit];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const conditions = ['true'];
    if (filter.state) conditions.push(`state = ${bind(filter.state)}`);
    if (filter.customerId) conditions.push(`customer_id = ${bind(filter.customerId)}`);
    if (after) conditions.push(`id < ${bind(after.id)}`);
    return this.database.query<Adjustment>(
      `SELECT ${COLUMNS} FROM loyalty.adjustments WHERE corp_id = $1 AND ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $2`,
      params,
    );
  }

  async limitOf(programId: string): Promise<AdjustmentLimit> {
    const limit = await this.database.maybeOne<AdjustmentLimit>(
      `SELECT points, set_by AS "setBy", set_at AS "setAt" FROM loyalty.adjustment_limits
        WHERE corp_id = $1 AND program_id = $2`,
      [this.database.corpId, programId],
    );
    return limit ?? { points: LIMIT_DEFAULT, setBy: null, setAt: null };
  }

  setLimit(programId: string, points: number, owner: string): Promise<AdjustmentLimit> {
    return this.database.one<AdjustmentLimit>(
      `INSERT INTO loyalty.adjustment_limits (corp_id, program_id, points, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (corp_id, program_id) DO UPDATE
         SET points = excluded.points, set_by = excluded.set_by, set_at = excluded.set_at
       RETURNING points, set_by AS "setBy", set_at AS "setAt"`,
      [this.database.corpId, programId, points, owner, this.clock.now()],
    );
  }
}
