import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

export interface NewAccount {
  readonly id: string;
  readonly memberId: string;
  readonly customerId: string;
  readonly walletId: string;
}

/** Members and the rows of their accounts. Inside an open unit of work. */
@Injectable()
export class MemberStore {
  constructor(private readonly database: Database) {}

  /** @param rows sorted by customer, so that two calls wait for each other instead of deadlocking. @returns the ids of the new ones. */
  async insert(
    programId: string,
    rows: readonly { id: string; customerId: string }[],
    joinedAt: Date,
  ): Promise<string[]> {
    if (rows.length === 0) return [];
    const inserted = await this.database.query<{ id: string }>(
      `INSERT INTO loyalty.members (corp_id, id, program_id, customer_id, joined_at)
       SELECT $1, m.id, $2, m.customer_id, $5 FROM unnest($3::uuid[], $4::uuid[]) AS m(id, customer_id)
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        this.database.corpId,
        programId,
        rows.map(({ id }) => id),
        rows.map((row) => row.customerId),
        joinedAt,
      ],
    );
    return inserted.map(({ id }) => id);
  }

  async idsOf(programId: string, customerIds: readonly string[]): Promise<Map<string, string>> {
    if (customerIds.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; customerId: string }>(
      `SELECT id, customer_id AS "customerId" FROM loyalty.members
        WHERE corp_id = $1 AND program_id = $2 AND customer_id = ANY ($3::uuid[]) ORDER BY customer_id`,
      [this.database.corpId, programId, customerIds],
    );
    return new Map(rows.map(({ id, customerId }) => [customerId, id]));
  }

  async openAccounts(programId: string, accounts: readonly NewAccount[]): Promise<void> {
    if (accounts.length === 0) return;
    await this.database.execute(
      `INSERT INTO loyalty.accounts (corp_id, id, member_id, wallet_id, program_id, customer_id)
       SELECT $1, a.id, a."memberId", a."walletId", $2, a."customerId"
         FROM json_to_recordset($3::json) AS a(id uuid, "memberId" uuid, "walletId" uuid, "customerId" uuid)
       ON CONFLICT DO NOTHING`,
      [this.database.corpId, programId, JSON.stringify(accounts)],
    );
  }

  async lockAccounts(memberId: string): Promise<void> {
    await this.database.query(
      'SELECT 1 AS one FROM loyalty.accounts WHERE corp_id = $1 AND member_id = $2 ORDER BY id FOR UPDATE',
      [this.database.corpId, memberId],
    );
  }

  /** A frozen one keeps the time and the reason of the first time. @returns whether there is such a member. */
  async setFrozen(memberId: string, frozen: { at: Date; reason: string } | undefined): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE loyalty.members
          SET frozen_at = CASE WHEN $3::timestamptz IS NOT NULL THEN coalesce(frozen_at, $3) END,
              frozen_reason = CASE WHEN $3::timestamptz IS NOT NULL THEN coalesce(frozen_reason, $4) END
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, memberId, frozen?.at ?? null, frozen?.reason ?? null],
    );
    return changed === 1;
  }
}
