import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { Ids } from '../../../../../platform/clock/ids.js';
import { Database } from '../../../../../platform/database/database.js';
import type { Hold, HoldRequest, HoldState } from '../domain/hold.js';

const COLUMNS = `id, program_id AS "programId", key, customer_id AS "customerId", wallet, amount, reason,
  expires_at AS "expiresAt", state, posted_amount AS "postedAmount", transfer_id AS "transferId",
  created_at AS "createdAt", resolved_at AS "resolvedAt"`;

export interface HoldEnd {
  readonly state: Exclude<HoldState, 'open'>;
  readonly postedAmount: number;
  readonly transferId: string | null;
}

export interface HoldFilter {
  readonly state?: HoldState | undefined;
  readonly customerId?: string | undefined;
}

/** Holds as rows. Inside an open unit of work. */
@Injectable()
export class HoldStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined when the business key is taken. */
  insert(wanted: HoldRequest): Promise<Hold | undefined> {
    const { programId, key, customerId, wallet, amount, reason, expiresAt } = wanted;
    const at = this.clock.now();
    return this.database.maybeOne<Hold>(
      `INSERT INTO loyalty.holds (corp_id, id, program_id, key, customer_id, wallet, amount, reason, expires_at, state,
              created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10)
       ON CONFLICT (corp_id, program_id, key) DO NOTHING RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        programId,
        key,
        customerId,
        wallet,
        amount,
        reason ?? null,
        expiresAt,
        at,
      ],
    );
  }

  findByKey(programId: string, key: string): Promise<Hold | undefined> {
    return this.database.maybeOne<Hold>(
      `SELECT ${COLUMNS} FROM loyalty.holds WHERE corp_id = $1 AND program_id = $2 AND key = $3`,
      [this.database.corpId, programId, key],
    );
  }

  find(id: string): Promise<Hold | undefined> {
    return this.database.maybeOne<Hold>(
      `SELECT ${COLUMNS} FROM loyalty.holds WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who resolve the same hold one waits, and then sees how it ended. */
  lock(id: string): Promise<Hold | undefined> {
    return this.database.maybeOne<Hold>(
      `SELECT ${COLUMNS} FROM loyalty.holds WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  /** Open though their time is past, the earliest first; along holds_open_idx. */
  async listOverdue(at: Date, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM loyalty.holds WHERE corp_id = $1 AND state = 'open' AND expires_at <= $2 ORDER BY expires_at LIMIT $3`,
      [this.database.corpId, at, limit],
    );
    return rows.map(({ id }) => id);
  }

  end(id: string, { state, postedAmount, transferId }: HoldEnd): Promise<Hold> {
    return this.database.one<Hold>(
      `UPDATE loyalty.holds SET state = $3, posted_amount = $4, transfer_id = $5, resolved_at = $6
        WHERE corp_id = $1 AND id = $2 AND state = 'open' RETURNING ${COLUMNS}`,
      [this.database.corpId, id, state, postedAmount, transferId, this.clock.now()],
    );
  }

  /** The newest first. */
  list({ state, customerId }: HoldFilter, after: { id: string } | undefined, limit: number): Promise<Hold[]> {
    const params: unknown[] = [this.database.corpId, limit];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const conditions = ['true'];
    if (state) conditions.push(`state = ${bind(state)}`);
    if (customerId) conditions.push(`customer_id = ${bind(customerId)}`);
    if (after) conditions.push(`id < ${bind(after.id)}`);
    return this.database.query<Hold>(
      `SELECT ${COLUMNS} FROM loyalty.holds WHERE corp_id = $1 AND ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $2`,
      params,
    );
  }
}
