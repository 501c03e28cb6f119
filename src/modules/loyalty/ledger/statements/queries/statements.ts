import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { Database } from '../../../../../platform/database/database.js';
import type { Balance, LinePlace, PastBalance, StatementLine, UpcomingExpiry } from '../domain/statement.js';

/** What was booked on accounts, what they held when, and what will expire. Inside an open unit of work. */
@Injectable()
export class Statements {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The newest first. Of each account the index by time gives no more than a page, so that the lines of a person with
   * several customers cost what they show.
   */
  entries(
    accountIds: readonly string[],
    after: LinePlace | undefined,
    limit: number,
  ): Promise<StatementLine[]> {
    return this.database.query<StatementLine>(
      `SELECT e.account_id AS "accountId", a.customer_id AS "customerId", e.seq, e.kind, e.delta,
              e.balance_after AS "balanceAfter", e.debt_delta AS "debtDelta", e.debt_after AS "debtAfter",
              e.recorded_at AS "recordedAt", e.recorded_at::text AS place, t.effective_at AS "effectiveAt",
              e.transfer_id AS "transferId", t.key, t.reason, t.actor_kind AS "actorKind", t.actor_id AS "actorId",
              t.request_id AS "requestId", t.source_event_id AS "sourceEventId", t.rule_version_id AS "ruleVersionId",
              t.reverses
         FROM loyalty.accounts a
        CROSS JOIN LATERAL (
               SELECT * FROM loyalty.entries e
                WHERE e.corp_id = $1 AND e.account_id = a.id
                  AND ($3::timestamptz IS NULL
                       OR (e.recorded_at <= $3 AND (e.recorded_at, e.account_id, e.seq) < ($3, $4::uuid, $5::bigint)))
                ORDER BY e.recorded_at DESC, e.seq DESC LIMIT $6) AS e
         JOIN loyalty.transfers t ON t.corp_id = $1 AND t.id = e.transfer_id
        WHERE a.corp_id = $1 AND a.id = ANY($2::uuid[])
        ORDER BY e.recorded_at DESC, e.account_id DESC, e.seq DESC LIMIT $6`,
      [
        this.database.corpId,
        accountIds,
        after?.at ?? null,
        after?.accountId ?? null,
        after?.seq ?? null,
        limit,
      ],
    );
  }

  balance(accountIds: readonly string[]): Promise<Balance> {
    return this.database.one<Balance>(
      `SELECT sum(a.posted)::bigint AS posted, sum(a.held)::bigint AS held, sum(a.debt)::bigint AS debt,
              (sum(a.posted - a.held) - coalesce((
                SELECT sum(l.remaining - l.held) FROM loyalty.lots l
                 WHERE l.corp_id = $1 AND l.account_id = ANY($2::uuid[]) AND l.remaining > 0 AND l.expires_at <= $3),
                0))::bigint AS available
         FROM loyalty.accounts a WHERE a.corp_id = $1 AND a.id = ANY($2::uuid[])`,
      [this.database.corpId, accountIds, this.clock.now()],
    );
  }

  /** By the last entry up to the instant, one step along the index by time for each account. */
  balanceAt(accountIds: readonly string[], at: Date): Promise<PastBalance> {
    return this.database.one<PastBalance>(
      `SELECT coalesce(sum(e.balance_after), 0)::bigint AS posted, coalesce(sum(e.debt_after), 0)::bigint AS debt
         FROM unnest($2::uuid[]) AS a(id)
        CROSS JOIN LATERAL (
               SELECT e.balance_after, e.debt_after FROM loyalty.entries e
                WHERE e.corp_id = $1 AND e.account_id = a.id AND e.recorded_at <= $3
                ORDER BY e.recorded_at DESC, e.seq DESC LIMIT 1) AS e`,
      [this.database.corpId, accountIds, at],
    );
  }

  /** The soonest first, from now on. */
  expiries(
    accountIds: readonly string[],
    after: { expiresAt: string } | undefined,
    limit: number,
  ): Promise<UpcomingExpiry[]> {
    return this.database.query<UpcomingExpiry>(
      `SELECT l.expires_at AS "expiresAt", sum(l.remaining)::bigint AS points, sum(l.held)::bigint AS held
         FROM loyalty.lots l
        WHERE l.corp_id = $1 AND l.account_id = ANY($2::uuid[]) AND l.remaining > 0
          AND l.expires_at > greatest($3::timestamptz, $4::timestamptz)
        GROUP BY l.expires_at ORDER BY l.expires_at LIMIT $5`,
      [this.database.corpId, accountIds, this.clock.now(), after?.expiresAt ?? null, limit],
    );
  }
}
