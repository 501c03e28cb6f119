import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import {
  type Handover,
  type HandoverOutcome,
  type HandoverState,
  type HandoverSubject,
  OPEN_HANDOVER_STATES,
} from '../domain/handover.js';

export interface OpenItem {
  readonly wecomId: string;
  readonly calledAt: Date;
  readonly takeoverAt: Date | null;
}

export interface NextDue {
  readonly isListing: boolean;
  readonly readyItems: number;
  readonly notBefore: Date | null;
  readonly takeoverAt: Date | null;
}

/** What is handed over, and what became of each part of it. Inside an open unit of work. */
@Injectable()
export class HandoverStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(handover: Handover): Promise<void> {
    const { id, kind, fromUserId, toUserId, message, isListing } = handover;
    await this.database.execute(
      `INSERT INTO customers.handovers (corp_id, id, kind, from_user_id, from_key, to_user_id, message, is_listing,
              created_at)
       VALUES ($1, $2, $3, $4, lower($4), $5, $6, $7, $8)`,
      [this.database.corpId, id, kind, fromUserId, toUserId, message, isListing, this.clock.now()],
    );
  }

  async addItems(id: string, subject: HandoverSubject, wecomIds: readonly string[]): Promise<void> {
    if (wecomIds.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.handover_items (corp_id, handover_id, subject, wecom_id, state)
       SELECT $1, $2, $3, wecom_id, 'waiting' FROM unnest($4::text[]) AS wecom_id ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, subject, wecomIds],
    );
  }

  async markListed(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE customers.handovers SET is_listing = false WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** WeCom is asked for nothing more; what it was asked for, and how that ends, is still followed. */
  async cancel(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE customers.handovers SET is_listing = false, cancelled_at = $3 WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, this.clock.now()],
    );
    await this.settleCancelled(id);
  }

  /** Also what a listing or a postponed call put back after the cancellation. */
  async settleCancelled(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE customers.handover_items i SET state = 'cancelled', settled_at = $3
         FROM customers.handovers h
        WHERE h.corp_id = $1 AND h.id = $2 AND h.cancelled_at IS NOT NULL
          AND i.corp_id = $1 AND i.handover_id = $2 AND i.state = 'waiting'`,
      [this.database.corpId, id, this.clock.now()],
    );
  }

  /** External ids by our id; those whom WeCom does not know, and who do not exist, are missing. */
  async externalIdsOf(customerIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ externalUserId: string }>(
      `SELECT external_user_id AS "externalUserId" FROM customers.customers
        WHERE corp_id = $1 AND id = ANY($2::uuid[]) AND external_user_id IS NOT NULL`,
      [this.database.corpId, customerIds],
    );
    return rows.map(({ externalUserId }) => externalUserId);
  }

  findOpen(id: string): Promise<Handover | undefined> {
    return this.database.maybeOne<Handover>(
      `SELECT id, kind, from_user_id AS "fromUserId", to_user_id AS "toUserId", message, is_listing AS "isListing"
         FROM customers.handovers WHERE corp_id = $1 AND id = $2 AND finished_at IS NULL`,
      [this.database.corpId, id],
    );
  }

  /** The next ones to ask for; from now on nobody knows what WeCom says until it is recorded. */
  async claim(id: string, subject: HandoverSubject, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ wecomId: string }>(
      `WITH next AS MATERIALIZED (
         SELECT wecom_id FROM customers.handover_items
          WHERE corp_id = $1 AND handover_id = $2 AND state = 'waiting' AND subject = $3
            AND (not_before <= $5) IS NOT FALSE
            AND EXISTS (SELECT FROM customers.handovers h
                         WHERE h.corp_id = $1 AND h.id = $2 AND h.cancelled_at IS NULL)
          ORDER BY wecom_id LIMIT $4 FOR UPDATE SKIP LOCKED)
       UPDATE customers.handover_items i SET state = 'calling', called_at = $5 FROM next
        WHERE i.corp_id = $1 AND i.handover_id = $2 AND i.subject = $3 AND i.wecom_id = next.wecom_id
       RETURNING i.wecom_id AS "wecomId"`,
      [this.database.corpId, id, subject, limit, this.clock.now()],
    );
    return rows.map(({ wecomId }) => wecomId);
  }

  listIn(id: string, subject: HandoverSubject, state: 'calling' | 'accepted'): Promise<OpenItem[]> {
    return this.database.query<OpenItem>(
      `SELECT wecom_id AS "wecomId", called_at AS "calledAt", takeover_at AS "takeoverAt"
         FROM customers.handover_items WHERE corp_id = $1 AND handover_id = $2 AND state = $4 AND subject = $3
        ORDER BY wecom_id`,
      [this.database.corpId, id, subject, state],
    );
  }

  /** What is final stays so. */
  async record(id: string, subject: HandoverSubject, outcomes: readonly HandoverOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const records = outcomes.map((outcome) => ({
      wecom_id: outcome.wecomId,
      state: outcome.state,
      errcode: outcome.errcode,
      takeover_at: outcome.takeoverAt,
      not_before: outcome.notBefore,
      settled: !OPEN_HANDOVER_STATES.has(outcome.state),
    }));
    await this.database.execute(
      `UPDATE customers.handover_items i
          SET state = o.state, errcode = o.errcode, takeover_at = coalesce(o.takeover_at, i.takeover_at),
              not_before = o.not_before, settled_at = CASE WHEN o.settled THEN $5::timestamptz END
         FROM jsonb_to_recordset($4::jsonb) AS o(wecom_id text, state text, errcode int, takeover_at timestamptz,
              not_before timestamptz, settled boolean)
        WHERE i.corp_id = $1 AND i.handover_id = $2 AND i.subject = $3 AND i.wecom_id = o.wecom_id
          AND i.settled_at IS NULL`,
      [this.database.corpId, id, subject, JSON.stringify(records), this.clock.now()],
    );
  }

  /** All that WeCom was not asked for yet. */
  async settleWaiting(
    id: string,
    state: 'failed',
    subject: HandoverSubject,
    errcode: number | undefined,
  ): Promise<void> {
    await this.database.execute(
      `UPDATE customers.handover_items SET state = $3, errcode = $5, settled_at = $6
        WHERE corp_id = $1 AND handover_id = $2 AND state = 'waiting' AND subject = $4`,
      [this.database.corpId, id, state, subject, errcode ?? null, this.clock.now()],
    );
  }

  /** Groups of this member that WeCom was asked to hand over since, whoever takes them. */
  async countGroupsSince(fromUserId: string, since: Date): Promise<number> {
    const { groups } = await this.database.one<{ groups: number }>(
      `SELECT count(*) AS groups FROM customers.handover_items i
         JOIN customers.handovers h ON h.corp_id = i.corp_id AND h.id = i.handover_id
        WHERE i.corp_id = $1 AND i.subject = 'group' AND i.called_at >= $3 AND i.state IN ('calling', 'done')
          AND h.from_key = lower($2)`,
      [this.database.corpId, fromUserId, since],
    );
    return groups;
  }

  async postponeWaiting(id: string, subject: HandoverSubject, until: Date): Promise<void> {
    await this.database.execute(
      `UPDATE customers.handover_items SET not_before = $4
        WHERE corp_id = $1 AND handover_id = $2 AND state = 'waiting' AND subject = $3`,
      [this.database.corpId, id, subject, until],
    );
  }

  async countByState(id: string): Promise<Map<HandoverState, number>> {
    const rows = await this.database.query<{ state: HandoverState; items: number }>(
      `SELECT state, count(*) AS items FROM customers.handover_items
        WHERE corp_id = $1 AND handover_id = $2 GROUP BY state`,
      [this.database.corpId, id],
    );
    return new Map(rows.map(({ state, items }) => [state, items]));
  }

  /** What can be asked for at once, and the earliest time at which something else is due. */
  async nextDue(id: string): Promise<NextDue> {
    return this.database.one<NextDue>(
      `SELECT (SELECT is_listing FROM customers.handovers WHERE corp_id = $1 AND id = $2) AS "isListing",
              count(*) FILTER (WHERE state = 'waiting' AND not_before IS NULL) AS "readyItems",
              min(not_before) FILTER (WHERE state = 'waiting') AS "notBefore",
              min(takeover_at) FILTER (WHERE state = 'accepted') AS "takeoverAt"
         FROM customers.handover_items WHERE corp_id = $1 AND handover_id = $2 AND settled_at IS NULL`,
      [this.database.corpId, id],
    );
  }

  async finish(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE customers.handovers SET finished_at = $3 WHERE corp_id = $1 AND id = $2 AND finished_at IS NULL`,
      [this.database.corpId, id, this.clock.now()],
    );
  }

  /** Hand-overs in which this customer is still open. */
  async listOpenOf(externalUserId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT handover_id AS id FROM customers.handover_items
        WHERE corp_id = $1 AND wecom_id = $2 AND settled_at IS NULL AND subject = 'customer'`,
      [this.database.corpId, externalUserId],
    );
    return rows.map(({ id }) => id);
  }
}
