import type { Client } from 'pg';
import type { EncryptedColumn } from './encrypted-columns.js';

/** Small enough that a row stays locked for some 20 ms only. */
const BATCH_ROWS = 500;

export interface SealedRow {
  readonly id: string;
  readonly sealed: string;
}

export interface RenewedRow extends SealedRow {
  readonly renewed: string;
  readonly index: string | undefined;
}

/** The envelopes of one column and one corp, as the rotation of keys sees them. Each method is one transaction's work. */
export class SealedRows {
  private constructor(
    private readonly client: Client,
    private readonly corpId: string,
    private readonly column: EncryptedColumn,
    private readonly idType: string,
  ) {}

  static async of(client: Client, corpId: string, column: EncryptedColumn): Promise<SealedRows> {
    const { rows } = await client.query<{ type: string }>(
      'SELECT format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2',
      [column.table, column.rowId],
    );
    if (!rows[0]) throw new Error(`registered column ${column.table}.${column.rowId} does not exist`);
    return new SealedRows(client, corpId, column, rows[0].type);
  }

  /**
   * Locks the next rows that are not under the key with this prefix; rows that somebody else holds are left out. Walks
   * the index that starts with (corp_id, row id); the envelope orders rows that share a row id.
   */
  async lockBatch(prefix: string, after: SealedRow | undefined): Promise<SealedRow[]> {
    const { table, rowId, column } = this.column;
    const from = `AND ${rowId} >= $3::${this.idType} AND (${rowId}, ${column}) > ($3::${this.idType}, $4)`;
    const { rows } = await this.client.query<SealedRow>(
      `SELECT ${rowId}::text AS id, ${column} AS sealed FROM ${table}
        WHERE corp_id = $1 AND NOT starts_with(${column}, $2) ${after ? from : ''}
        ORDER BY ${rowId}, ${column} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED`,
      [this.corpId, prefix, ...(after ? [after.id, after.sealed] : [])],
    );
    return rows;
  }

  /** @returns how many rows were written */
  async store(rows: readonly RenewedRow[]): Promise<number> {
    const { table, rowId, column, blindIndex } = this.column;
    const { rowCount } = await this.client.query(
      `UPDATE ${table} AS t SET ${column} = fresh.renewed ${blindIndex ? `, ${blindIndex.column} = fresh.index` : ''}
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS fresh (id, sealed, renewed, index)
        WHERE t.corp_id = $1 AND t.${rowId} = fresh.id::${this.idType} AND t.${column} = fresh.sealed`,
      [
        this.corpId,
        rows.map((row) => row.id),
        rows.map((row) => row.sealed),
        rows.map((row) => row.renewed),
        rows.map((row) => row.index),
      ],
    );
    return rowCount ?? 0;
  }

  /** How many envelopes are not under the key with this prefix, without those known as damaged. */
  async countLeft(prefix: string, damaged: readonly string[]): Promise<number> {
    const { table, column } = this.column;
    const { rows } = await this.client.query<{ left: number }>(
      `SELECT count(*)::int AS left FROM ${table}
        WHERE corp_id = $1 AND NOT starts_with(${column}, $2) AND ${column} <> ALL ($3::text[])`,
      [this.corpId, prefix, damaged],
    );
    return rows[0]?.left ?? 0;
  }

  async usedKeyIds(): Promise<string[]> {
    const { table, column } = this.column;
    const { rows } = await this.client.query<{ key_id: string }>(
      `SELECT DISTINCT split_part(${column}, '.', 2) AS key_id FROM ${table} WHERE corp_id = $1 AND ${column} IS NOT NULL`,
      [this.corpId],
    );
    return rows.map((row) => row.key_id);
  }
}
