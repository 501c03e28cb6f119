import { Injectable } from '@nestjs/common';
import { Database } from '../../../../../platform/database/database.js';

/** A lot that is past its expiry, with what of it no hold reserves. */
export interface ExpiredLot {
  readonly accountId: string;
  readonly programId: string;
  readonly lotSeq: number;
  readonly amount: number;
}

/** Inside an open unit of work. */
@Injectable()
export class ExpiredLots {
  constructor(private readonly database: Database) {}

  /**
   * All of an account that is due comes at once, so that it becomes one entry. Locks the accounts, in the order in which
   * every writer locks; those that somebody else has at the moment are left out: they come with the next call, and nobody
   * waits for anybody.
   * @param from so many due lots are looked at, the earliest first, along the index of open lots by expiry.
   * @param max lots, of the accounts of these.
   */
  async lock(at: Date, from: number, max: number): Promise<ExpiredLot[]> {
    const { corpId } = this.database;
    const accounts = await this.database.query<{ id: string }>(
      `SELECT a.id FROM loyalty.accounts a
        WHERE a.corp_id = $1 AND a.id IN (
          SELECT due.account_id FROM (
            SELECT l.account_id FROM loyalty.lots l
             WHERE l.corp_id = $1 AND l.expires_at <= $2 AND l.remaining > l.held ORDER BY l.expires_at LIMIT $3) AS due)
        ORDER BY a.id FOR UPDATE SKIP LOCKED`,
      [corpId, at, from],
    );
    if (accounts.length === 0) return [];
    // a second statement: it sees what those committed who held the locks before
    return this.database.query<ExpiredLot>(
      `SELECT l.account_id AS "accountId", a.program_id AS "programId", l.seq AS "lotSeq",
              l.remaining - l.held AS amount
         FROM loyalty.lots l JOIN loyalty.accounts a ON a.corp_id = l.corp_id AND a.id = l.account_id
        WHERE l.corp_id = $1 AND l.account_id = ANY($2::uuid[]) AND l.expires_at <= $3 AND l.remaining > 0
          AND l.remaining > l.held
        ORDER BY l.account_id, l.expires_at, l.seq LIMIT $4`,
      [corpId, accounts.map(({ id }) => id), at, max],
    );
  }
}
