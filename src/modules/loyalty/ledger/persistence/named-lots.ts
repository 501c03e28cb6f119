import { Injectable } from '@nestjs/common';
import { requestContext } from '../../../../platform/context/request-context.js';
import { Database } from '../../../../platform/database/database.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import type { EntryKind, PostedEntry } from '../domain/posting.js';

/** The transfer that an entry belongs to. */
export interface TakingTransfer {
  readonly id: string;
  readonly programId: string;
  readonly key: string;
  readonly amount: number;
  readonly reason: string | null;
}

/** So much of a lot. The lots of one account belong to one transfer, and become one entry. */
export interface LotTaking {
  readonly accountId: string;
  readonly transferId: string;
  readonly lotSeq: number;
  /** 0: only a reservation ends. */
  readonly amount: number;
  /** How much less of the lot is held. */
  readonly released: number;
}

/**
 * Books what is known lot by lot: what a hold reserved, what is past its expiry, what pays a debt. All accounts in one statement, which the
 * posting function's order by order would take many times as long for. Inside an open unit of work, under the locks of the
 * accounts.
 */
@Injectable()
export class NamedLots {
  constructor(private readonly database: Database) {}

  /** @throws loyalty.key_reused when another posting took the key of a transfer. */
  async take(
    kind: EntryKind,
    at: Date,
    transfers: readonly TakingTransfer[],
    takings: readonly LotTaking[],
  ): Promise<PostedEntry[]> {
    await this.insertTransfers(kind, at, transfers);
    return this.database.query<PostedEntry>(TAKE, [
      this.database.corpId,
      at,
      kind,
      takings.map(({ accountId }) => accountId),
      takings.map(({ transferId }) => transferId),
      takings.map(({ lotSeq }) => lotSeq),
      takings.map(({ amount }) => amount),
      takings.map(({ released }) => released),
    ]);
  }

  private async insertTransfers(
    kind: EntryKind,
    at: Date,
    transfers: readonly TakingTransfer[],
  ): Promise<void> {
    const { actor, requestId } = requestContext.current() ?? NOBODY;
    const inserted = await this.database.execute(
      `INSERT INTO loyalty.transfers (corp_id, id, program_id, key, body_hash, kind, amount, actor_kind, actor_id,
              request_id, reason, effective_at, recorded_at)
       SELECT $1, t.id, t.program_id, t.key, sha256(convert_to(t.key, 'UTF8')), $2, t.amount, $4, $5, $6, t.reason, $3, $3
         FROM unnest($7::uuid[], $8::uuid[], $9::text[], $10::bigint[], $11::text[])
           AS t(id, program_id, key, amount, reason)
       ON CONFLICT (corp_id, program_id, key) DO NOTHING`,
      [
        this.database.corpId,
        kind,
        at,
        actor.kind,
        actor.id,
        requestId,
        transfers.map(({ id }) => id),
        transfers.map(({ programId }) => programId),
        transfers.map(({ key }) => key),
        transfers.map(({ amount }) => amount),
        transfers.map(({ reason }) => reason),
      ],
    );
    if (inserted < transfers.length) throw loyaltyErrors.key_reused();
  }
}

const NOBODY = { actor: { kind: 'system', id: 'unknown' }, requestId: null };

/** Along the primary keys of lots and accounts. An account of which nothing is taken only holds less. */
const TAKE = {
  name: 'loyalty-take-named-lots',
  text: `
  WITH taking AS (
    SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[], $8::bigint[])
      AS t(account_id, transfer_id, lot_seq, amount, released)
  ), lot AS (
    UPDATE loyalty.lots l SET remaining = l.remaining - t.amount, held = l.held - t.released
      FROM taking t WHERE l.corp_id = $1 AND l.account_id = t.account_id AND l.seq = t.lot_seq
  ), next AS MATERIALIZED (
    SELECT a.id, a.member_id, a.customer_id, a.wallet_id, a.program_id, a.earned_total, a.debt, a.chain_head,
           t.transfer_id, t.amount, a.version + 1 AS seq, a.posted - t.amount AS posted, a.held - t.released AS held,
           greatest($2::timestamptz, a.recorded_at) AS at,
           CASE WHEN $3::text = 'settle' THEN t.amount ELSE 0 END AS paid
      FROM (SELECT account_id, transfer_id, sum(amount)::bigint AS amount, sum(released)::bigint AS released
              FROM taking GROUP BY account_id, transfer_id) AS t
      JOIN loyalty.accounts a ON a.corp_id = $1 AND a.id = t.account_id
  ), released AS (
    UPDATE loyalty.accounts a SET held = next.held FROM next
     WHERE a.corp_id = $1 AND a.id = next.id AND next.amount = 0
  ), booked AS MATERIALIZED (
    SELECT next.*, loyalty.entry_hash(chain_head, $1, id, seq, transfer_id, $3, -amount, posted, -paid, debt - paid, at) AS hash
      FROM next WHERE amount > 0
  ), changed AS (
    UPDATE loyalty.accounts a
       SET posted = b.posted, held = b.held, debt = b.debt - b.paid, version = b.seq, chain_head = b.hash, recorded_at = b.at
      FROM booked b WHERE a.corp_id = $1 AND a.id = b.id
  ), entry AS (
    INSERT INTO loyalty.entries (corp_id, account_id, seq, transfer_id, kind, delta, balance_after, debt_delta, debt_after,
           recorded_at, hash)
    SELECT $1, id, seq, transfer_id, $3, -amount, posted, -paid, debt - paid, at, hash FROM booked
  ), used AS (
    INSERT INTO loyalty.lot_uses (corp_id, account_id, entry_seq, lot_seq, amount)
    SELECT $1, t.account_id, b.seq, t.lot_seq, t.amount
      FROM taking t JOIN booked b ON b.id = t.account_id WHERE t.amount > 0
  )
  SELECT id AS "accountId", member_id AS "memberId", customer_id AS "customerId", wallet_id AS "walletId",
         program_id AS "programId", seq, $3::text AS kind, -amount AS delta, posted AS "balanceAfter",
         debt - paid AS "debtAfter", earned_total AS "earnedTotal", at AS "recordedAt"
    FROM booked ORDER BY id`,
};
