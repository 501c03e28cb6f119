import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { staffKeyOf } from '../domain/staff-key.js';

export interface RefusedStaff {
  readonly userId: string;
  readonly errcode: number;
}

/** Which staff the last pass could read, and what it therefore may mark. Inside an open unit of work. */
@Injectable()
export class StaffReadStore {
  constructor(private readonly database: Database) {}

  /** @param refusal WeCom's errcode when their customers could not be read. */
  async record(staffUserIds: readonly string[], refusal?: number): Promise<void> {
    if (staffUserIds.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.staff_reads (corp_id, staff_key, staff_user_id, read_at, refusal)
       SELECT $1, lower(s.id), s.id, clock_timestamp(), $3 FROM unnest($2::text[]) AS s(id)
       ON CONFLICT (corp_id, staff_key) DO UPDATE
         SET staff_user_id = excluded.staff_user_id, read_at = excluded.read_at, refusal = excluded.refusal`,
      [this.database.corpId, staffUserIds, refusal ?? null],
    );
  }

  /** Keys of those staff that the last pass could not read. */
  async listRefused(staffKeys: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ staffKey: string }>(
      `SELECT staff_key AS "staffKey" FROM customers.staff_reads
        WHERE corp_id = $1 AND staff_key = ANY($2::text[]) AND refusal IS NOT NULL`,
      [this.database.corpId, staffKeys],
    );
    return new Set(rows.map((row) => row.staffKey));
  }

  /** Keys of those staff whom a pass has read in full. */
  async listRead(staffKeys: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ staffKey: string }>(
      `SELECT staff_key AS "staffKey" FROM customers.staff_reads
        WHERE corp_id = $1 AND staff_key = ANY($2::text[]) AND refusal IS NULL`,
      [this.database.corpId, staffKeys],
    );
    return new Set(rows.map((row) => row.staffKey));
  }

  /** Staff whom the pass that began then could not read: for them it is incomplete. */
  listRefusedSince(startedAt: Date, limit: number): Promise<RefusedStaff[]> {
    return this.database.query<RefusedStaff>(
      `SELECT staff_user_id AS "userId", refusal AS errcode FROM customers.staff_reads
        WHERE corp_id = $1 AND read_at >= $2 AND refusal IS NOT NULL ORDER BY staff_key LIMIT $3`,
      [this.database.corpId, startedAt, limit],
    );
  }

  async forget(staffUserId: string): Promise<void> {
    await this.database.execute(`DELETE FROM customers.staff_reads WHERE corp_id = $1 AND staff_key = $2`, [
      this.database.corpId,
      staffKeyOf(staffUserId),
    ]);
  }
}
