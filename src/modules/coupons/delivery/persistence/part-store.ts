import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import { MASS_SEND_CUSTOMERS_MAX } from '../../../../wecom/index.js';
import type { Announcement, AnnouncementPart } from '../domain/announcement.js';
import type { MassWindow } from '../domain/mass-limit.js';
import { Exclusions } from './exclusions.js';

export interface ClaimedPart extends AnnouncementPart {
  readonly externalUserIds: readonly string[];
}

/** Parts of announcements: what WeCom is asked for in one call. Inside an open unit of work. */
@Injectable()
export class PartStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly exclusions: Exclusions,
  ) {}

  /**
   * The next part, judged by what is known at this moment; from now on nobody knows what WeCom says until it is recorded.
   * One corp's claims follow each other: two announcements cannot both take the last message of a customer.
   * @returns undefined when nobody waits; a part without recipients when all of the next member's were excluded.
   */
  async claim(announcement: Announcement, window: MassWindow): Promise<ClaimedPart | undefined> {
    const { corpId } = this.database;
    await this.lockCorp();
    const next = await this.database.maybeOne<{ senderUserId: string }>(
      `SELECT sender_user_id AS "senderUserId" FROM coupons.announcement_recipients
        WHERE corp_id = $1 AND announcement_id = $2 AND state = 'waiting'
          AND EXISTS (SELECT FROM coupons.announcements WHERE corp_id = $1 AND id = $2 AND cancelled_at IS NULL)
        ORDER BY sender_user_id LIMIT 1`,
      [corpId, announcement.id],
    );
    if (!next) return undefined;
    await this.exclusions.apply(announcement, next.senderUserId, window);
    const part = { id: this.ids.next(), senderUserId: next.senderUserId, calledAt: this.clock.now() };
    const rows = await this.database.query<{ externalUserId: string }>(
      `WITH next AS MATERIALIZED (
         SELECT customer_id FROM coupons.announcement_recipients
          WHERE corp_id = $1 AND announcement_id = $2 AND state = 'waiting' AND sender_user_id = $3
          ORDER BY customer_id LIMIT $4)
       UPDATE coupons.announcement_recipients r SET state = 'calling', part_id = $5, state_at = $6 FROM next
        WHERE r.corp_id = $1 AND r.announcement_id = $2 AND r.customer_id = next.customer_id
       RETURNING r.external_user_id AS "externalUserId"`,
      [corpId, announcement.id, part.senderUserId, MASS_SEND_CUSTOMERS_MAX, part.id, part.calledAt],
    );
    const externalUserIds = rows.map(({ externalUserId }) => externalUserId).toSorted();
    if (externalUserIds.length > 0) await this.insert(announcement.id, part);
    return { ...part, externalUserIds };
  }

  /** Calls that nobody answered. */
  listCalling(announcementId: string): Promise<AnnouncementPart[]> {
    return this.database.query<AnnouncementPart>(
      `SELECT id, sender_user_id AS "senderUserId", called_at AS "calledAt" FROM coupons.announcement_parts
        WHERE corp_id = $1 AND announcement_id = $2 AND state = 'calling' ORDER BY id`,
      [this.database.corpId, announcementId],
    );
  }

  async recipientsOf(partId: string): Promise<string[]> {
    const rows = await this.database.query<{ externalUserId: string }>(
      `SELECT external_user_id AS "externalUserId" FROM coupons.announcement_recipients
        WHERE corp_id = $1 AND part_id = $2 AND state = 'calling' AND external_user_id IS NOT NULL`,
      [this.database.corpId, partId],
    );
    return rows.map(({ externalUserId }) => externalUserId);
  }

  /** Those of these messages that are known to be of some part. */
  async ownMessages(msgIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ msgId: string }>(
      `SELECT msg_id AS "msgId" FROM coupons.announcement_parts WHERE corp_id = $1 AND msg_id = ANY($2::text[])`,
      [this.database.corpId, msgIds],
    );
    return new Set(rows.map(({ msgId }) => msgId));
  }

  /** WeCom took it. Results that were read before it was known whose they are, are read again. */
  async markHanded({ id }: AnnouncementPart, msgId: string, refused: readonly string[]): Promise<void> {
    const params = [this.database.corpId, id, msgId, refused, this.clock.now()];
    const handed = await this.database.execute(
      `UPDATE coupons.announcement_parts SET state = 'handed', msg_id = $3 WHERE corp_id = $1 AND id = $2 AND state = 'calling'`,
      params.slice(0, 3),
    );
    if (handed === 0) return;
    await this.settle(id, 'handed', refused);
    await this.database.execute('DELETE FROM coupons.mass_send_tasks WHERE corp_id = $1 AND msg_id = $2', [
      this.database.corpId,
      msgId,
    ]);
    await this.database.execute(
      `INSERT INTO coupons.mass_sends (corp_id, msg_id, made_at) VALUES ($1, $2, $3)
       ON CONFLICT (corp_id, msg_id) DO UPDATE SET settled_at = NULL`,
      [this.database.corpId, msgId, this.clock.now()],
    );
    await this.noteNotTaken(msgId, refused);
  }

  /** WeCom refused the whole part, and would again: for none of the customers, or of the member or the message. */
  async markFailed(part: ClaimedPart, errcode: number, state: 'not_taken' | 'failed'): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcement_parts SET state = 'failed', errcode = $3
        WHERE corp_id = $1 AND id = $2 AND state = 'calling'`,
      [this.database.corpId, part.id, errcode],
    );
    await this.settle(part.id, state, []);
    if (state === 'not_taken') await this.noteNotTaken(part.id, part.externalUserIds);
  }

  /** WeCom has certainly not acted: its recipients wait again, and are judged again. */
  async putBack({ id }: AnnouncementPart): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcement_recipients SET state = 'waiting', part_id = NULL, state_at = $3
        WHERE corp_id = $1 AND part_id = $2 AND state = 'calling'`,
      [this.database.corpId, id, this.clock.now()],
    );
    await this.database.execute(
      `DELETE FROM coupons.announcement_parts WHERE corp_id = $1 AND id = $2 AND state = 'calling'`,
      [this.database.corpId, id],
    );
  }

  private async lockCorp(): Promise<void> {
    const params = [this.database.corpId];
    await this.database.execute(
      'INSERT INTO coupons.mass_listings (corp_id) VALUES ($1) ON CONFLICT DO NOTHING',
      params,
    );
    await this.database.query('SELECT FROM coupons.mass_listings WHERE corp_id = $1 FOR UPDATE', params);
  }

  private async insert(announcementId: string, part: AnnouncementPart): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.announcement_parts (corp_id, id, announcement_id, sender_user_id, state, called_at)
       VALUES ($1, $2, $3, $4, 'calling', $5)`,
      [this.database.corpId, part.id, announcementId, part.senderUserId, part.calledAt],
    );
  }

  private async settle(
    partId: string,
    state: 'handed' | 'not_taken' | 'failed',
    refused: readonly string[],
  ): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcement_recipients
          SET state = CASE WHEN external_user_id = ANY($4::text[]) THEN 'not_taken' ELSE $3 END, state_at = $5
        WHERE corp_id = $1 AND part_id = $2 AND state = 'calling'`,
      [this.database.corpId, partId, state, refused, this.clock.now()],
    );
  }

  /** Perhaps their limit is used up, which WeCom does not say: today they are not asked for again. */
  private async noteNotTaken(msgId: string, externalUserIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.mass_receipts (corp_id, external_user_id, msg_id, kind, at)
       SELECT $1, e.id, $2, 'not_taken', $4 FROM unnest($3::text[]) AS e(id) ON CONFLICT DO NOTHING`,
      [this.database.corpId, msgId, externalUserIds, this.clock.now()],
    );
  }
}
