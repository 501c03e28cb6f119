import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { CouponImport, CouponImportState, RowOutcome } from '../domain/coupon-import.js';

const COLUMNS = `id, batch_id AS "batchId", name, format, state, dry_run AS "dryRun",
  json_build_object('rows', expected_rows, 'claimable', expected_claimable, 'claimed', expected_claimed) AS expected,
  operation_id AS "operationId", is_counted AS "isCounted", cursor, done, imported, repeated, refused,
  error_code AS "errorCode", created_at AS "createdAt", finished_at AS "finishedAt"`;

export type NewCouponImport = Pick<CouponImport, 'batchId' | 'name' | 'format' | 'expected'>;

export interface RefusedImportRow {
  readonly number: number;
  readonly code: string;
}

/** Imports of coupons, and the rows that they refused. Inside an open unit of work. */
@Injectable()
export class CouponImportStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert({ batchId, name, format, expected }: NewCouponImport): Promise<CouponImport> {
    return this.database.one<CouponImport>(
      `INSERT INTO coupons.imports (corp_id, id, batch_id, name, format, state, dry_run, expected_rows, expected_claimable,
              expected_claimed, is_counted, cursor, done, imported, repeated, refused, created_at)
       VALUES ($1, $2, $3, $4, $5, 'uploading', false, $6, $7, $8, false, 0, 0, 0, 0, 0, $9) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        batchId,
        name,
        format,
        expected.rows,
        expected.claimable,
        expected.claimed,
        this.clock.now(),
      ],
    );
  }

  find(id: string): Promise<CouponImport | undefined> {
    return this.database.maybeOne<CouponImport>(
      `SELECT ${COLUMNS} FROM coupons.imports WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who work on the same import one waits. */
  lock(id: string): Promise<CouponImport | undefined> {
    return this.database.maybeOne<CouponImport>(
      `SELECT ${COLUMNS} FROM coupons.imports WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  findByOperation(operationId: string): Promise<CouponImport | undefined> {
    return this.database.maybeOne<CouponImport>(
      `SELECT ${COLUMNS} FROM coupons.imports WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId],
    );
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<CouponImport[]> {
    return this.database.query<CouponImport>(
      `SELECT ${COLUMNS} FROM coupons.imports
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  /** From the first row on; what the run before found goes. */
  async begin(id: string, operationId: string, dryRun: boolean): Promise<CouponImport> {
    const params = [this.database.corpId, id];
    await this.database.execute(
      'DELETE FROM coupons.import_refusals WHERE corp_id = $1 AND import_id = $2',
      params,
    );
    return this.database.one<CouponImport>(
      `UPDATE coupons.imports SET state = 'running', operation_id = $3, dry_run = $4, is_counted = false, cursor = 0, done = 0,
              imported = 0, repeated = 0, refused = 0, error_code = NULL, finished_at = NULL
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [...params, operationId, dryRun],
    );
  }

  async noteCounted(id: string): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.imports SET is_counted = true WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id],
    );
  }

  /** The rows up to `cursor` are done: in the transaction that did them, so that none is done twice or left out. */
  async advance(id: string, cursor: number, outcomes: readonly RowOutcome[]): Promise<void> {
    const count = (wanted: RowOutcome['outcome']): number =>
      outcomes.filter(({ outcome }) => outcome === wanted).length;
    await this.database.execute(
      `UPDATE coupons.imports SET cursor = $3, done = done + $4, imported = imported + $5, repeated = repeated + $6,
              refused = refused + $7
        WHERE corp_id = $1 AND id = $2`,
      [
        this.database.corpId,
        id,
        cursor,
        outcomes.length,
        count('imported'),
        count('repeated'),
        count('refused'),
      ],
    );
    const refused = outcomes.flatMap((row) => (row.outcome === 'refused' ? [row] : []));
    await this.database.execute(
      `INSERT INTO coupons.import_refusals (corp_id, import_id, number, code)
       SELECT $1, $2, r.number, r.code FROM unnest($3::bigint[], $4::text[]) AS r(number, code)`,
      [this.database.corpId, id, refused.map(({ number }) => number), refused.map(({ code }) => code)],
    );
  }

  /** @returns false when it does not run (any more). */
  async finish(id: string, to: CouponImportState, errorCode: string | null = null): Promise<boolean> {
    const touched = await this.database.execute(
      `UPDATE coupons.imports SET state = $3, error_code = $4, finished_at = $5
        WHERE corp_id = $1 AND id = $2 AND state = 'running'`,
      [this.database.corpId, id, to, errorCode, this.clock.now()],
    );
    return touched > 0;
  }

  listRefused(id: string, after: { number: number } | undefined, limit: number): Promise<RefusedImportRow[]> {
    return this.database.query<RefusedImportRow>(
      `SELECT number, code FROM coupons.import_refusals
        WHERE corp_id = $1 AND import_id = $2 AND number > $3 ORDER BY number LIMIT $4`,
      [this.database.corpId, id, after?.number ?? 0, limit],
    );
  }

  /** Units that nobody has, and coupons that imports have brought into the batch. */
  async roomOf(batchId: string): Promise<{ stock: number; imported: number }> {
    return this.database.one<{ stock: number; imported: number }>(
      `SELECT (SELECT coalesce(sum(s.remaining), 0)::bigint FROM coupons.batch_stock s
                WHERE s.corp_id = $1 AND s.batch_id = $2) AS stock,
              (SELECT count(*) FROM coupons.coupons c
                WHERE c.corp_id = $1 AND c.batch_id = $2 AND c.source = 'import') AS imported`,
      [this.database.corpId, batchId],
    );
  }
}
