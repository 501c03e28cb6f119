import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Audience, AudienceState } from '../domain/audience.js';

const COLUMNS = `id, batch_id AS "batchId", name, source, filter, each, channel, state, frozen_at AS "frozenAt", customers,
  operation_id AS "operationId", only_refused AS "onlyRefused", cursor, done, issued, refused, error_code AS "errorCode",
  created_at AS "createdAt", finished_at AS "finishedAt"`;

export type NewAudience = Pick<Audience, 'batchId' | 'name' | 'source' | 'filter' | 'each' | 'channel'>;

/** What one step adds to the counts. */
export interface StepCounts {
  readonly done: number;
  readonly issued: number;
  readonly refused: number;
}

/** Audiences. Inside an open unit of work. */
@Injectable()
export class AudienceStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert({ batchId, name, source, filter, each, channel }: NewAudience): Promise<Audience> {
    return this.database.one<Audience>(
      `INSERT INTO coupons.audiences (corp_id, id, batch_id, name, source, filter, each, channel, state, customers, only_refused,
              done, issued, refused, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'staging', 0, false, 0, 0, 0, $9) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        batchId,
        name,
        source,
        filter && JSON.stringify(filter),
        each,
        channel,
        this.clock.now(),
      ],
    );
  }

  find(id: string): Promise<Audience | undefined> {
    return this.database.maybeOne<Audience>(
      `SELECT ${COLUMNS} FROM coupons.audiences WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who work on the same audience one waits. */
  lock(id: string): Promise<Audience | undefined> {
    return this.database.maybeOne<Audience>(
      `SELECT ${COLUMNS} FROM coupons.audiences WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  findByOperation(operationId: string): Promise<Audience | undefined> {
    return this.database.maybeOne<Audience>(
      `SELECT ${COLUMNS} FROM coupons.audiences WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId],
    );
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<Audience[]> {
    return this.database.query<Audience>(
      `SELECT ${COLUMNS} FROM coupons.audiences
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  async addListed(id: string, count: number): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.audiences SET customers = customers + $3 WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, count],
    );
  }

  async freeze(id: string, customers: number): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.audiences SET customers = $3, frozen_at = $4 WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, customers, this.clock.now()],
    );
  }

  /** One that was done begins anew with those whom it refused; any other goes on behind its cursor. */
  begin(id: string, operationId: string): Promise<Audience> {
    return this.database.one<Audience>(
      `UPDATE coupons.audiences SET state = 'running', operation_id = $3, error_code = NULL, finished_at = NULL,
              only_refused = only_refused OR state = 'done', cursor = CASE WHEN state <> 'done' THEN cursor END,
              done = CASE WHEN state <> 'done' THEN done ELSE 0 END
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, operationId],
    );
  }

  /**
   * For the transaction of a step. It need not reach the disk before it is answered: when the server dies, cursor and coupons
   * are gone together, and are done again; whatever commits after it, such as the end of the run or a redemption, takes it to
   * the disk first. And members are read along their key and never gathered and sorted, however few the planner, who has
   * not counted those that were just frozen, believes them to be.
   */
  async beginStep(): Promise<void> {
    await this.database.query(
      `SELECT set_config('synchronous_commit', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
    );
  }

  /** The customers up to `cursor` are done: in the transaction that did them, so that nobody is done twice or left out. */
  async advance(id: string, cursor: string, { done, issued, refused }: StepCounts): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.audiences SET cursor = $3, done = done + $4, issued = issued + $5, refused = refused + $6
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, cursor, done, issued, refused],
    );
  }

  /** @returns false when it does not run (any more). */
  async finish(id: string, to: AudienceState, errorCode: string | null = null): Promise<boolean> {
    const touched = await this.database.execute(
      `UPDATE coupons.audiences SET state = $3, error_code = $4, finished_at = $5
        WHERE corp_id = $1 AND id = $2 AND state = 'running'`,
      [this.database.corpId, id, to, errorCode, this.clock.now()],
    );
    return touched > 0;
  }
}
