import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Opening, OpeningRow, RowOutcome, StagedRow } from '../domain/opening.js';

interface StoredRow extends Omit<StagedRow, 'level'> {
  readonly levelKey: string | null;
  readonly levelSince: Date | null;
}

export interface RefusedRow {
  readonly number: number;
  readonly key: string;
  readonly customerId: string;
  readonly code: string;
}

/** Null: it brought a level only. */
export type BookedRow = StagedRow & { readonly transferId: string | null };

const COLUMNS = `r.number, r.key, r.customer_id AS "customerId", r.wallet, r.points, r.expires_at AS "expiresAt",
  r.level_key AS "levelKey", r.level_since AS "levelSince", r.is_booked AS "isBooked"`;

/** The rows of imports, and what became of each. Inside an open unit of work. */
@Injectable()
export class OpeningRows {
  constructor(private readonly database: Database) {}

  /** Numbered on from those that are there. The opening is locked. */
  async insert({ id, programId, stagedRows }: Opening, rows: readonly OpeningRow[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO loyalty.opening_rows (corp_id, opening_id, number, program_id, key, customer_id, wallet, points,
              expires_at, level_key, level_since)
       SELECT $1, $2, $4 + r.n, $3, r.key, r.customer_id, r.wallet, r.points, r.expires_at, r.level_key, r.level_since
         FROM unnest($5::text[], $6::uuid[], $7::text[], $8::bigint[], $9::timestamptz[], $10::text[], $11::timestamptz[])
           WITH ORDINALITY AS r(key, customer_id, wallet, points, expires_at, level_key, level_since, n)`,
      [
        this.database.corpId,
        id,
        programId,
        stagedRows,
        rows.map(({ key }) => key),
        rows.map(({ customerId }) => customerId),
        rows.map(({ wallet }) => wallet),
        rows.map(({ points }) => points),
        rows.map(({ expiresAt }) => expiresAt),
        rows.map(({ level }) => level?.key ?? null),
        rows.map(({ level }) => level?.since ?? null),
      ],
    );
  }

  /** Of this import, by key. */
  async byKeys(id: string, keys: readonly string[]): Promise<Map<string, StagedRow>> {
    const rows = await this.database.query<StoredRow>(
      `SELECT ${COLUMNS} FROM loyalty.opening_rows r WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.key = ANY($3::text[])`,
      [this.database.corpId, id, keys],
    );
    return new Map(rows.map((row) => [row.key, staged(row)]));
  }

  /** Booked by any import of the program, by key. Along the unique index of booked keys. */
  async booked(programId: string, keys: readonly string[]): Promise<Map<string, StagedRow>> {
    const rows = await this.database.query<StoredRow>(
      `SELECT ${COLUMNS} FROM loyalty.opening_rows r
        WHERE r.corp_id = $1 AND r.program_id = $2 AND r.key = ANY($3::text[]) AND r.is_booked`,
      [this.database.corpId, programId, keys],
    );
    return new Map(rows.map((row) => [row.key, staged(row)]));
  }

  /** Of these customers, those for whom an earlier row of this import brings a level, in this very run. */
  async levelledBefore(id: string, customerIds: readonly string[], number: number): Promise<Set<string>> {
    const rows = await this.database.query<{ customerId: string }>(
      `SELECT r.customer_id AS "customerId" FROM loyalty.opening_rows r
        WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.customer_id = ANY($3::uuid[]) AND r.level_key IS NOT NULL
          AND r.number < $4 AND r.refusal IS NULL`,
      [this.database.corpId, id, customerIds, number],
    );
    return new Set(rows.map(({ customerId }) => customerId));
  }

  async hasBooked(id: string): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT FROM loyalty.opening_rows WHERE corp_id = $1 AND opening_id = $2 AND is_booked LIMIT 1',
      [this.database.corpId, id],
    );
    return rows.length > 0;
  }

  async after(id: string, number: number, limit: number): Promise<StagedRow[]> {
    const rows = await this.database.query<StoredRow>(
      `SELECT ${COLUMNS} FROM loyalty.opening_rows r
        WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.number > $3 ORDER BY r.number LIMIT $4`,
      [this.database.corpId, id, number, limit],
    );
    return rows.map(staged);
  }

  async note(id: string, outcomes: readonly RowOutcome[]): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.opening_rows r
          SET is_booked = r.is_booked OR o.outcome = 'booked', transfer_id = coalesce(r.transfer_id, o.transfer_id),
              refusal = o.refusal
         FROM unnest($3::bigint[], $4::text[], $5::uuid[], $6::text[]) AS o(number, outcome, transfer_id, refusal)
        WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.number = o.number`,
      [
        this.database.corpId,
        id,
        outcomes.map(({ number }) => number),
        outcomes.map(({ outcome }) => outcome),
        outcomes.map((row) => (row.outcome === 'booked' ? row.transferId : null)),
        outcomes.map((row) => (row.outcome === 'refused' ? row.code : null)),
      ],
    );
  }

  /** What a dry run found: rows are not booked by it. */
  noteDry(id: string, outcomes: readonly RowOutcome[]): Promise<void> {
    const found = outcomes.map((row) =>
      row.outcome === 'booked' ? { number: row.number, outcome: 'repeated' as const } : row,
    );
    return this.note(id, found);
  }

  /** Those that were not booked by the last run, or would not be. */
  listRefused(id: string, after: number, limit: number): Promise<RefusedRow[]> {
    return this.database.query<RefusedRow>(
      `SELECT number, key, customer_id AS "customerId", refusal AS code FROM loyalty.opening_rows
        WHERE corp_id = $1 AND opening_id = $2 AND number > $3 AND refusal IS NOT NULL ORDER BY number LIMIT $4`,
      [this.database.corpId, id, after, limit],
    );
  }

  /**
   * Locks the accounts that this import posted to, in the order in which every writer locks.
   * @returns whether anything but opening balances and their reversals was posted there since, or is held.
   */
  async lockAccounts(id: string): Promise<boolean> {
    const params = [this.database.corpId, id];
    const locked = await this.database.query<{ held: number }>(
      `SELECT a.held FROM loyalty.accounts a
        WHERE a.corp_id = $1 AND a.id IN (
          SELECT e.account_id FROM loyalty.opening_rows r
            JOIN loyalty.entries e ON e.corp_id = r.corp_id AND e.transfer_id = r.transfer_id
           WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.is_booked)
        ORDER BY a.id FOR UPDATE`,
      params,
    );
    // a second statement, which sees what those committed whom the locks waited for
    const { isPosted } = await this.database.one<{ isPosted: boolean }>(
      `SELECT EXISTS (
         SELECT FROM loyalty.opening_rows r
           JOIN loyalty.entries own ON own.corp_id = r.corp_id AND own.transfer_id = r.transfer_id
           JOIN loyalty.entries e ON e.corp_id = own.corp_id AND e.account_id = own.account_id AND e.seq > own.seq
           JOIN loyalty.transfers t ON t.corp_id = e.corp_id AND t.id = e.transfer_id
           LEFT JOIN loyalty.transfers o ON o.corp_id = t.corp_id AND o.id = t.reverses
          WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.is_booked AND coalesce(o.kind, t.kind) <> 'opening'
       ) AS "isPosted"`,
      params,
    );
    return isPosted || locked.some(({ held }) => held > 0);
  }

  /** What this import has booked, in parts. */
  async listBooked(id: string, after: number, limit: number): Promise<BookedRow[]> {
    const rows = await this.database.query<StoredRow & { transferId: string | null }>(
      `SELECT ${COLUMNS}, r.transfer_id AS "transferId" FROM loyalty.opening_rows r
        WHERE r.corp_id = $1 AND r.opening_id = $2 AND r.number > $3 AND r.is_booked ORDER BY r.number LIMIT $4`,
      [this.database.corpId, id, after, limit],
    );
    return rows.map((row) => ({ ...staged(row), transferId: row.transferId }));
  }

  /** Their keys are free again for a corrected import. */
  async forgetBooked(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.opening_rows SET is_booked = false WHERE corp_id = $1 AND opening_id = $2 AND is_booked`,
      [this.database.corpId, id],
    );
  }
}

function staged({ levelKey, levelSince, ...row }: StoredRow): StagedRow {
  return { ...row, level: levelKey !== null && levelSince ? { key: levelKey, since: levelSince } : null };
}
