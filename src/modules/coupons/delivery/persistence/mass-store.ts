import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import type { MassSendListed, MassSendResult } from '../../../../wecom/index.js';

/** What is known of the corp's mass messages, whoever made them. Inside an open unit of work. */
@Injectable()
export class MassStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async listedUntil(): Promise<Date | null> {
    const row = await this.database.maybeOne<{ listedUntil: Date | null }>(
      'SELECT listed_until AS "listedUntil" FROM coupons.mass_listings WHERE corp_id = $1',
      [this.database.corpId],
    );
    return row?.listedUntil ?? null;
  }

  async markListed(until: Date): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.mass_listings AS l (corp_id, listed_until) VALUES ($1, $2)
       ON CONFLICT (corp_id) DO UPDATE SET listed_until = greatest(l.listed_until, excluded.listed_until)`,
      [this.database.corpId, until],
    );
  }

  async addSends(sends: readonly MassSendListed[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.mass_sends (corp_id, msg_id, made_at)
       SELECT $1, s.msg_id, s.made_at FROM unnest($2::text[], $3::timestamptz[]) AS s(msg_id, made_at)
       ON CONFLICT DO NOTHING`,
      [this.database.corpId, sends.map(({ msgId }) => msgId), sends.map(({ createdAt }) => createdAt)],
    );
  }

  /** Messages of which more may come to be known, the oldest first. */
  async listOpen(after: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ msgId: string }>(
      `SELECT msg_id AS "msgId" FROM coupons.mass_sends
        WHERE corp_id = $1 AND settled_at IS NULL AND msg_id > $2 ORDER BY msg_id LIMIT $3`,
      [this.database.corpId, after, limit],
    );
    return rows.map(({ msgId }) => msgId);
  }

  /** Members, in lower case, whose results of this message are known. */
  async readTasksOf(msgId: string): Promise<Set<string>> {
    const rows = await this.database.query<{ userKey: string }>(
      'SELECT user_key AS "userKey" FROM coupons.mass_send_tasks WHERE corp_id = $1 AND msg_id = $2',
      [this.database.corpId, msgId],
    );
    return new Set(rows.map(({ userKey }) => userKey));
  }

  async markTaskRead(msgId: string, userKey: string): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.mass_send_tasks (corp_id, msg_id, user_key, read_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [this.database.corpId, msgId, userKey, this.clock.now()],
    );
  }

  /** Counts what customers got, corrects the count where WeCom says their limit was used up, and ends our own recipients. */
  async recordResults(msgId: string, results: readonly MassSendResult[], confirmedAt: Date): Promise<void> {
    const byCustomer = new Map(
      results.flatMap(({ externalUserId, status, sentAt }) => {
        const state = STATES[status];
        return state ? [[externalUserId, { id: externalUserId, state, at: sentAt ?? confirmedAt }]] : [];
      }),
    );
    const records = [...byCustomer.values()]; // one statement cannot write a customer twice
    if (records.length === 0) return;
    const params = [this.database.corpId, msgId, JSON.stringify(records)];
    const given = 'jsonb_to_recordset($3::jsonb) AS o(id text, state text, at timestamptz)';
    await this.database.execute(
      `INSERT INTO coupons.mass_receipts (corp_id, external_user_id, msg_id, kind, at)
       SELECT $1, o.id, $2, o.state, o.at FROM ${given} WHERE o.state IN ('received', 'limit')
       ON CONFLICT (corp_id, external_user_id, msg_id) DO UPDATE SET kind = excluded.kind, at = excluded.at`,
      params,
    );
    await this.database.execute(
      `UPDATE coupons.announcement_recipients r SET state = o.state, state_at = $4
         FROM coupons.announcement_parts p, ${given}
        WHERE p.corp_id = $1 AND p.msg_id = $2
          AND r.corp_id = $1 AND r.part_id = p.id AND r.external_user_id = o.id AND r.state = 'handed'`,
      [...params, this.clock.now()],
    );
  }

  /** Nothing more will be known of it: what our own recipients did not get by now, nobody confirmed. */
  async settle(msgIds: readonly string[]): Promise<void> {
    const params = [this.database.corpId, msgIds, this.clock.now()];
    await this.database.execute(
      `UPDATE coupons.mass_sends SET settled_at = $3 WHERE corp_id = $1 AND msg_id = ANY($2::text[])`,
      params,
    );
    await this.database.execute(
      `UPDATE coupons.announcement_recipients r SET state = 'unconfirmed', state_at = $3
         FROM coupons.announcement_parts p
        WHERE p.corp_id = $1 AND p.msg_id = ANY($2::text[]) AND r.corp_id = $1 AND r.part_id = p.id AND r.state = 'handed'`,
      params,
    );
  }

  async listOpenOlderThan(madeBefore: Date, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ msgId: string }>(
      `SELECT msg_id AS "msgId" FROM coupons.mass_sends
        WHERE corp_id = $1 AND settled_at IS NULL AND made_at < $2 ORDER BY made_at LIMIT $3`,
      [this.database.corpId, madeBefore, limit],
    );
    return rows.map(({ msgId }) => msgId);
  }

  /** What no window counts any more. @returns how many rows went. */
  async purge(before: Date, limit: number): Promise<number> {
    const params = [this.database.corpId, before, limit];
    const receipts = await this.database.execute(
      `DELETE FROM coupons.mass_receipts WHERE corp_id = $1 AND (external_user_id, msg_id) IN (
         SELECT external_user_id, msg_id FROM coupons.mass_receipts WHERE corp_id = $1 AND at < $2 ORDER BY at LIMIT $3)`,
      params,
    );
    const sends = await this.database.execute(
      `DELETE FROM coupons.mass_sends WHERE corp_id = $1 AND msg_id IN (
         SELECT msg_id FROM coupons.mass_sends WHERE corp_id = $1 AND made_at < $2 ORDER BY made_at LIMIT $3)`,
      params,
    );
    return Math.max(receipts, sends);
  }

  async forget(externalUserIds: readonly string[]): Promise<void> {
    await this.database.execute(
      'DELETE FROM coupons.mass_receipts WHERE corp_id = $1 AND external_user_id = ANY($2::text[])',
      [this.database.corpId, externalUserIds],
    );
  }
}

/** Of a recipient, by WeCom's status; what is unsent stays as it is, and so does what we do not understand. */
const STATES: Readonly<Record<MassSendResult['status'], 'received' | 'not_friend' | 'limit' | undefined>> = {
  sent: 'received',
  not_friend: 'not_friend',
  limit: 'limit',
  unsent: undefined,
  unknown: undefined,
};
