import { Injectable } from '@nestjs/common';
import { Database } from '../../../../../platform/database/database.js';
import type { HeldLot, HolderDebt } from '../domain/hold.js';

export interface HoldableAccount {
  readonly id: string;
  readonly customerId: string;
  readonly isFrozen: boolean;
}

/**
 * Which points a hold reserves: very lots, so that neither a spend nor an expiry touches them, and what comes later does not
 * change which points these are. Inside an open unit of work.
 */
@Injectable()
export class HeldLots {
  constructor(private readonly database: Database) {}

  /** The accounts of these customers in the wallet, locked in the order in which every writer locks. */
  async lockAccounts(customerIds: readonly string[], walletId: string): Promise<HoldableAccount[]> {
    const locked = await this.database.query<{ id: string }>(
      `SELECT id FROM loyalty.accounts
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND wallet_id = $3 ORDER BY id FOR UPDATE`,
      [this.database.corpId, customerIds, walletId],
    );
    return this.ofLocked(locked);
  }

  async lockAccountsOf(holdId: string): Promise<HoldableAccount[]> {
    const locked = await this.database.query<{ id: string }>(
      `SELECT a.id FROM loyalty.accounts a
        WHERE a.corp_id = $1
          AND a.id IN (SELECT h.account_id FROM loyalty.hold_lots h WHERE h.corp_id = $1 AND h.hold_id = $2)
        ORDER BY a.id FOR UPDATE`,
      [this.database.corpId, holdId],
    );
    return this.ofLocked(locked);
  }

  /**
   * All of the amount or nothing, what expires first of all, from locked accounts.
   * @param accountIds of lots that expire at the same instant those of the first account come first.
   * @returns false when there is not so much that is neither held nor past its expiry.
   */
  async reserve(holdId: string, accountIds: readonly string[], amount: number, at: Date): Promise<boolean> {
    const { lots } = await this.database.one<{ lots: number }>(
      `WITH free AS (
         SELECT l.account_id, l.seq, l.remaining - l.held AS free, sum(l.remaining - l.held) OVER () AS total,
                sum(l.remaining - l.held) OVER (ORDER BY l.expires_at, a.place, l.seq) - (l.remaining - l.held) AS before
           FROM unnest($3::uuid[]) WITH ORDINALITY AS a(id, place)
           JOIN loyalty.lots l ON l.corp_id = $1 AND l.account_id = a.id
          WHERE l.remaining > 0 AND l.remaining > l.held AND (l.expires_at IS NULL OR l.expires_at > $5)
       ), part AS (
         SELECT account_id, seq, least(free, $4 - before)::bigint AS amount FROM free
          WHERE before < $4::bigint AND total >= $4
       ), reserved AS (
         UPDATE loyalty.lots l SET held = l.held + p.amount FROM part p
          WHERE l.corp_id = $1 AND l.account_id = p.account_id AND l.seq = p.seq
       ), noted AS (
         INSERT INTO loyalty.hold_lots (corp_id, hold_id, account_id, lot_seq, amount)
         SELECT $1, $2, account_id, seq, amount FROM part
       ), changed AS (
         UPDATE loyalty.accounts a SET held = a.held + p.amount
           FROM (SELECT account_id, sum(amount)::bigint AS amount FROM part GROUP BY account_id) AS p
          WHERE a.corp_id = $1 AND a.id = p.account_id
       )
       SELECT count(*) AS lots FROM part`,
      [this.database.corpId, holdId, accountIds, amount, at],
    );
    return lots > 0;
  }

  /** What it reserves, what expires first of all. */
  list(holdId: string): Promise<HeldLot[]> {
    return this.database.query<HeldLot>(
      `SELECT h.account_id AS "accountId", h.lot_seq AS "lotSeq", h.amount, l.expires_at AS "expiresAt"
         FROM loyalty.hold_lots h
         JOIN loyalty.lots l ON l.corp_id = h.corp_id AND l.account_id = h.account_id AND l.seq = h.lot_seq
        WHERE h.corp_id = $1 AND h.hold_id = $2 ORDER BY l.expires_at, h.account_id, h.lot_seq`,
      [this.database.corpId, holdId],
    );
  }

  /** Of its accounts, which are locked. */
  debts(holdId: string): Promise<HolderDebt[]> {
    return this.database.query<HolderDebt>(
      `SELECT a.id AS "accountId", a.debt FROM loyalty.accounts a
        WHERE a.corp_id = $1 AND a.debt > 0
          AND a.id IN (SELECT h.account_id FROM loyalty.hold_lots h WHERE h.corp_id = $1 AND h.hold_id = $2)
        ORDER BY a.id`,
      [this.database.corpId, holdId],
    );
  }

  /** Sets all of it free. Its accounts are locked. */
  async release(holdId: string): Promise<void> {
    await this.database.execute(
      `WITH part AS (
         SELECT account_id, lot_seq, amount FROM loyalty.hold_lots WHERE corp_id = $1 AND hold_id = $2
       ), released AS (
         UPDATE loyalty.lots l SET held = l.held - p.amount FROM part p
          WHERE l.corp_id = $1 AND l.account_id = p.account_id AND l.seq = p.lot_seq
       )
       UPDATE loyalty.accounts a SET held = a.held - p.amount
         FROM (SELECT account_id, sum(amount)::bigint AS amount FROM part GROUP BY account_id) AS p
        WHERE a.corp_id = $1 AND a.id = p.account_id`,
      [this.database.corpId, holdId],
    );
  }

  /** A statement after the locks: whoever froze a member had them, and is seen only now. */
  private ofLocked(accounts: readonly { id: string }[]): Promise<HoldableAccount[]> {
    return this.database.query<HoldableAccount>(
      `SELECT a.id, a.customer_id AS "customerId", m.frozen_at IS NOT NULL AS "isFrozen" FROM loyalty.accounts a
         JOIN loyalty.members m ON m.corp_id = a.corp_id AND m.id = a.member_id
        WHERE a.corp_id = $1 AND a.id = ANY($2::uuid[]) ORDER BY a.id`,
      [this.database.corpId, accounts.map(({ id }) => id)],
    );
  }
}
