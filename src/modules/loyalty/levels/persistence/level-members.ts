import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { GROWTH_WALLET } from '../../programs/domain/program.js';

export interface LevelMember {
  readonly memberId: string;
  readonly customerId: string;
  readonly programId: string;
  readonly joinedAt: Date;
  /** What the growth wallet holds. */
  readonly score: number;
}

/** Members as the ledger has them. Inside an open unit of work. */
@Injectable()
export class LevelMembers {
  constructor(private readonly database: Database) {}

  list(programId: string, memberIds: readonly string[]): Promise<LevelMember[]> {
    return this.database.query<LevelMember>(
      `${SELECT} WHERE m.corp_id = $1 AND m.program_id = $3 AND m.id = ANY ($4::uuid[]) ORDER BY m.id`,
      [this.database.corpId, GROWTH_WALLET, programId, memberIds],
    );
  }

  /** Those of these customers that are members. */
  listOfCustomers(programId: string, customerIds: readonly string[]): Promise<LevelMember[]> {
    return this.database.query<LevelMember>(
      `${SELECT} WHERE m.corp_id = $1 AND m.program_id = $3 AND m.customer_id = ANY ($4::uuid[]) ORDER BY m.id`,
      [this.database.corpId, GROWTH_WALLET, programId, customerIds],
    );
  }

  /** Those whose score is not of opening balances alone. */
  async listScoredSince(programId: string, memberIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT a.member_id AS id
         FROM loyalty.wallets w
         JOIN loyalty.accounts a ON a.corp_id = $1 AND a.wallet_id = w.id AND a.member_id = ANY ($4::uuid[])
         JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = a.id
         JOIN loyalty.transfers t ON t.corp_id = $1 AND t.id = e.transfer_id
         LEFT JOIN loyalty.transfers o ON o.corp_id = $1 AND o.id = t.reverses
        WHERE w.corp_id = $1 AND w.key = $2 AND w.program_id = $3 AND coalesce(o.kind, t.kind) <> 'opening'`,
      [this.database.corpId, GROWTH_WALLET, programId, memberIds],
    );
    return rows.map(({ id }) => id);
  }

  find(memberId: string): Promise<LevelMember | undefined> {
    return this.database.maybeOne<LevelMember>(`${SELECT} WHERE m.corp_id = $1 AND m.id = $3`, [
      this.database.corpId,
      GROWTH_WALLET,
      memberId,
    ]);
  }
}

const SELECT = `
  SELECT m.id AS "memberId", m.customer_id AS "customerId", m.program_id AS "programId", m.joined_at AS "joinedAt",
         coalesce(a.posted, 0) AS score
    FROM loyalty.members m
    JOIN loyalty.wallets w ON w.corp_id = m.corp_id AND w.program_id = m.program_id AND w.key = $2
    LEFT JOIN loyalty.accounts a ON a.corp_id = m.corp_id AND a.member_id = m.id AND a.wallet_id = w.id`;
