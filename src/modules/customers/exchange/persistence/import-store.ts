import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { ImportMode } from '../domain/find-customers.js';
import type { Import, ImportState, StepCounts } from '../domain/import.js';
import type { ColumnMapping } from '../domain/mapping.js';
import { type BrokenRow, keptProblems } from '../domain/row-problems.js';
import type { FileFormat } from '../formats/sheet.js';

const COLUMNS = `id, name, format, state, owner, mode, dry_run AS "dryRun", mapping, operation_id AS "operationId", encoding,
  delimiter, rows_total AS "rowsTotal", cursor, created_count AS "createdCount", updated_count AS "updatedCount",
  broken_count AS "brokenCount", error_code AS "errorCode", error_line AS "errorLine", created_at AS "createdAt",
  finished_at AS "finishedAt"`;

export interface ImportStart {
  readonly operationId: string;
  readonly dryRun: boolean;
  readonly mode: ImportMode;
  readonly mapping: readonly ColumnMapping[];
}

/** Imports and their reports. Inside an open unit of work. */
@Injectable()
export class ImportStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert({ name, format, owner }: { name: string; format: FileFormat; owner: string }): Promise<Import> {
    return this.database.one<Import>(
      `INSERT INTO customers.imports (corp_id, id, name, format, state, owner, dry_run, cursor, created_count,
              updated_count, broken_count, created_at)
       VALUES ($1, $2, $3, $4, 'uploading', $5, false, 0, 0, 0, 0, $6) RETURNING ${COLUMNS}`,
      [this.database.corpId, this.ids.next(), name, format, owner, this.clock.now()],
    );
  }

  find(id: string): Promise<Import | undefined> {
    return this.database.maybeOne<Import>(
      `SELECT ${COLUMNS} FROM customers.imports WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who change the same import one waits. */
  lock(id: string): Promise<Import | undefined> {
    return this.database.maybeOne<Import>(
      `SELECT ${COLUMNS} FROM customers.imports WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<Import[]> {
    return this.database.query<Import>(
      `SELECT ${COLUMNS} FROM customers.imports
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  /** Those whose file is kept. */
  async countKept(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM customers.exchange_files f
         JOIN customers.imports i ON i.corp_id = f.corp_id AND i.id = f.id WHERE f.corp_id = $1`,
      [this.database.corpId],
    );
    return count;
  }

  async remove(id: string): Promise<void> {
    await this.database.execute('DELETE FROM customers.imports WHERE corp_id = $1 AND id = $2', [
      this.database.corpId,
      id,
    ]);
  }

  /** Begins a run; the report of the one before goes. */
  async begin(id: string, { operationId, dryRun, mode, mapping }: ImportStart): Promise<Import> {
    await this.forgetReport(id);
    return this.database.one<Import>(
      `UPDATE customers.imports SET state = 'running', operation_id = $3, dry_run = $4, mode = $5, mapping = $6,
              rows_total = NULL, cursor = 0, created_count = 0, updated_count = 0, broken_count = 0,
              error_code = NULL, error_line = NULL, finished_at = NULL
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, operationId, dryRun, mode, JSON.stringify(mapping)],
    );
  }

  async noteContent(
    id: string,
    content: { encoding: string | null; delimiter: string | null; rowsTotal: number },
  ): Promise<void> {
    await this.database.execute(
      `UPDATE customers.imports SET encoding = $3, delimiter = $4, rows_total = $5 WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, content.encoding, content.delimiter, content.rowsTotal],
    );
  }

  /** The rows up to `cursor` are done: in the transaction that did them, so that nothing is done twice or left out. */
  async advance(id: string, cursor: number, counts: StepCounts, broken: readonly BrokenRow[]): Promise<void> {
    const { corpId } = this.database;
    await this.database.execute(
      `UPDATE customers.imports SET cursor = $3, created_count = created_count + $4, updated_count = updated_count + $5,
              broken_count = broken_count + $6 WHERE corp_id = $1 AND id = $2`,
      [corpId, id, cursor, counts.created, counts.updated, broken.length],
    );
    if (broken.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.import_broken_rows (corp_id, import_id, number, problems)
       SELECT $1, $2, b.number, b.problems::jsonb FROM unnest($3::bigint[], $4::text[]) AS b(number, problems)`,
      [
        corpId,
        id,
        broken.map(({ number }) => number),
        broken.map(({ problems }) => JSON.stringify(keptProblems(problems))),
      ],
    );
  }

  /** Rows that were not imported, in the order of the file. */
  listBroken(id: string, after: number, limit: number): Promise<BrokenRow[]> {
    return this.database.query<BrokenRow>(
      `SELECT number, problems FROM customers.import_broken_rows
        WHERE corp_id = $1 AND import_id = $2 AND number > $3 ORDER BY number LIMIT $4`,
      [this.database.corpId, id, after, limit],
    );
  }

  /** @returns false when it is not running (any more). */
  async finish(
    id: string,
    state: ImportState,
    error?: { code: string; line: number | undefined },
  ): Promise<boolean> {
    await this.database.execute(
      'DELETE FROM customers.import_dry_keys WHERE corp_id = $1 AND import_id = $2',
      [this.database.corpId, id],
    );
    const touched = await this.database.execute(
      `UPDATE customers.imports SET state = $3, error_code = $4, error_line = $5, finished_at = $6
        WHERE corp_id = $1 AND id = $2 AND state = 'running'`,
      [this.database.corpId, id, state, error?.code ?? null, error?.line ?? null, this.clock.now()],
    );
    return touched > 0;
  }

  async findByOperation(operationId: string): Promise<Import | undefined> {
    return this.database.maybeOne<Import>(
      `SELECT ${COLUMNS} FROM customers.imports WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId],
    );
  }

  /** With their reports. @returns how many; call again while it is as many as `limit`. */
  removeBefore(before: Date, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM customers.imports WHERE corp_id = $1 AND id IN (
         SELECT id FROM customers.imports WHERE corp_id = $1 AND created_at < $2 AND state <> 'running'
          ORDER BY created_at LIMIT $3)`,
      [this.database.corpId, before, limit],
    );
  }

  private async forgetReport(id: string): Promise<void> {
    const params = [this.database.corpId, id];
    await this.database.execute(
      'DELETE FROM customers.import_broken_rows WHERE corp_id = $1 AND import_id = $2',
      params,
    );
    await this.database.execute(
      'DELETE FROM customers.import_dry_keys WHERE corp_id = $1 AND import_id = $2',
      params,
    );
  }
}
