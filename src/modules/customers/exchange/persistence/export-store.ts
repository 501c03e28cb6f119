import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { CustomerFilter } from '../../search/domain/customer-filter.js';
import type { SearchKey } from '../../search/queries/search-customers.js';
import type { Export, ExportFormat, ExportState } from '../domain/export.js';
import type { SheetState } from '../formats/xlsx-text.js';

const COLUMNS = `id, name, format, state, owner, revealed, columns, filter, operation_id AS "operationId", cursor, part,
  sheet, rows_count AS "rowsCount", byte_count AS "byteCount", error_code AS "errorCode", created_at AS "createdAt",
  finished_at AS "finishedAt"`;

export interface NewExport {
  readonly name: string;
  readonly format: ExportFormat;
  readonly owner: string;
  readonly revealed: boolean;
  readonly columns: readonly string[];
  readonly filter: CustomerFilter;
  readonly operationId: string;
}

/** What one step has written. */
export interface ExportProgress {
  readonly cursor: SearchKey | null;
  readonly part: number;
  readonly sheet: SheetState | null;
  readonly rows: number;
  readonly bytes: number;
}

/** Inside an open unit of work. */
@Injectable()
export class ExportStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert(wanted: NewExport): Promise<Export> {
    return this.database.one<Export>(
      `INSERT INTO customers.exports (corp_id, id, name, format, state, owner, revealed, columns, filter, operation_id,
              part, rows_count, byte_count, created_at)
       VALUES ($1, $2, $3, $4, 'running', $5, $6, $7::jsonb, $8::jsonb, $9, 0, 0, 0, $10) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        wanted.name,
        wanted.format,
        wanted.owner,
        wanted.revealed,
        JSON.stringify(wanted.columns),
        JSON.stringify(wanted.filter),
        wanted.operationId,
        this.clock.now(),
      ],
    );
  }

  find(id: string): Promise<Export | undefined> {
    return this.database.maybeOne<Export>(
      `SELECT ${COLUMNS} FROM customers.exports WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  lock(id: string): Promise<Export | undefined> {
    return this.database.maybeOne<Export>(
      `SELECT ${COLUMNS} FROM customers.exports WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<Export[]> {
    return this.database.query<Export>(
      `SELECT ${COLUMNS} FROM customers.exports
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  findByOperation(operationId: string): Promise<Export | undefined> {
    return this.database.maybeOne<Export>(
      `SELECT ${COLUMNS} FROM customers.exports WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId],
    );
  }

  /** In the transaction that stores the part. */
  async advance(id: string, { cursor, part, sheet, rows, bytes }: ExportProgress): Promise<void> {
    await this.database.execute(
      `UPDATE customers.exports SET cursor = $3::jsonb, part = $4, sheet = $5::jsonb, rows_count = rows_count + $6,
              byte_count = byte_count + $7 WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, JSON.stringify(cursor), part, JSON.stringify(sheet), rows, bytes],
    );
  }

  /** @returns false when it is not running (any more). */
  async finish(id: string, state: ExportState, errorCode?: string): Promise<boolean> {
    const touched = await this.database.execute(
      `UPDATE customers.exports SET state = $3, error_code = $4, finished_at = $5
        WHERE corp_id = $1 AND id = $2 AND state = 'running'`,
      [this.database.corpId, id, state, errorCode ?? null, this.clock.now()],
    );
    return touched > 0;
  }

  /** @returns how many; call again while it is as many as `limit`. */
  removeBefore(before: Date, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM customers.exports WHERE corp_id = $1 AND id IN (
         SELECT id FROM customers.exports WHERE corp_id = $1 AND created_at < $2 AND state <> 'running'
          ORDER BY created_at LIMIT $3)`,
      [this.database.corpId, before, limit],
    );
  }
}
