import { Injectable } from '@nestjs/common';
import { encryptedColumns } from '../../../../platform/crypto/encrypted-columns.js';
import { Envelopes } from '../../../../platform/crypto/envelopes.js';
import { Database } from '../../../../platform/database/database.js';
import type { ExportedRows } from '../domain/exported-table.js';
import { PERSON_TABLES } from '../domain/person-tables.js';
import { PersonTablesOfOthers } from '../use-cases/person-tables-of-others.js';

/** More rows of one table than this nobody has; the answer says so when somebody does. */
export const ROWS_OF_TABLE_MAX = 20_000;

export interface ExportedTable {
  readonly name: string;
  /** Columns by name, sealed values in clear. */
  readonly rows: readonly Record<string, unknown>[];
  /** False: there are more rows than an answer holds. */
  readonly complete: boolean;
}

/** Everything that this module and those that came to its door know of one person, in clear. Inside an open unit of work. */
@Injectable()
export class ExportPerson {
  constructor(
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly others: PersonTablesOfOthers,
  ) {}

  async of(customerIds: readonly string[]): Promise<ExportedTable[]> {
    const tables = [];
    for (const table of [...PERSON_TABLES, ...this.others.all()])
      tables.push(await this.read(table, customerIds));
    return tables;
  }

  private async read(
    { name, rows, hidden = [] }: ExportedRows,
    customerIds: readonly string[],
  ): Promise<ExportedTable> {
    const stored = await this.database.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) - 'corp_id' - $4::text[] AS row FROM ${name} t WHERE t.corp_id = $1 AND ${rows} LIMIT $3`,
      [this.database.corpId, customerIds, ROWS_OF_TABLE_MAX + 1, hidden],
    );
    const shown = stored.slice(0, ROWS_OF_TABLE_MAX).map(({ row }) => this.inClear(name, row));
    return { name, rows: shown, complete: stored.length <= ROWS_OF_TABLE_MAX };
  }

  /** `phones_sealed` becomes `phones`; what finds a sealed value says nothing to anybody. */
  private inClear(table: string, row: Record<string, unknown>): Record<string, unknown> {
    const clear = { ...row };
    for (const { column, rowId, blindIndex } of encryptedColumns().filter((one) => one.table === table)) {
      const sealed = clear[column];
      delete clear[column];
      if (blindIndex) delete clear[blindIndex.column];
      if (typeof sealed !== 'string') continue;
      const place = { corpId: this.database.corpId, table, column, rowId: String(row[rowId]) };
      clear[column.replace(/_sealed$/, '')] = this.envelopes.open(sealed, place);
    }
    return clear;
  }
}
