import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import type { Announcement, ExclusionRule } from '../domain/announcement.js';

export interface Holding {
  readonly couponId: string;
  readonly customerId: string;
}

/** Somebody who holds a coupon of the batch, and who of the staff would send him the message, or why nobody. */
export type ChosenRecipient = Holding &
  (
    | { readonly externalUserId: string; readonly senderUserId: string; readonly rule?: undefined }
    | { readonly rule: ExclusionRule }
  );

/** Announcements and whom they are for. Inside an open unit of work. */
@Injectable()
export class AnnouncementStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns false: another one of the batch is not handed over yet. */
  async insert(
    order: Pick<Announcement, 'id' | 'batchId' | 'text' | 'attachments' | 'again'>,
  ): Promise<boolean> {
    const { id, batchId, text, attachments, again } = order;
    const inserted = await this.database.execute(
      `INSERT INTO coupons.announcements (corp_id, id, batch_id, text, attachments, again, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (corp_id, batch_id) WHERE handed_at IS NULL DO NOTHING`,
      [this.database.corpId, id, batchId, text, JSON.stringify(attachments), again, this.clock.now()],
    );
    return inserted === 1;
  }

  /** One that is not handed over yet. */
  findOpen(id: string): Promise<Announcement | undefined> {
    return this.database.maybeOne<Announcement>(
      `SELECT id, batch_id AS "batchId", text, attachments, again, cursor, chosen_at AS "chosenAt",
              created_at AS "createdAt"
         FROM coupons.announcements WHERE corp_id = $1 AND id = $2 AND handed_at IS NULL`,
      [this.database.corpId, id],
    );
  }

  /** Of two runs of one announcement, when one was thought dead, one after the other says how it stands. */
  async lockOpen(id: string): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT FROM coupons.announcements WHERE corp_id = $1 AND id = $2 AND handed_at IS NULL FOR UPDATE',
      [this.database.corpId, id],
    );
    return rows.length === 1;
  }

  /** The next coupons that somebody may use; along the index by batch. Expiry is right by time. */
  listHoldings(batchId: string, after: string | null, limit: number): Promise<Holding[]> {
    return this.database.query<Holding>(
      `SELECT id AS "couponId", customer_id AS "customerId" FROM coupons.coupons
        WHERE corp_id = $1 AND batch_id = $2 AND ($3::uuid IS NULL OR id > $3)
          AND state IN ('claimed', 'locked') AND valid_until > clock_timestamp() AND customer_id IS NOT NULL
        ORDER BY id LIMIT $4`,
      [this.database.corpId, batchId, after, limit],
    );
  }

  /** A person stands in it once, however many coupons he holds. */
  async addRecipients(id: string, chosen: readonly ChosenRecipient[]): Promise<void> {
    const rows = chosen.map((one) => ({
      customer_id: one.customerId,
      coupon_id: one.couponId,
      external_user_id: one.rule === undefined ? one.externalUserId : null,
      sender_user_id: one.rule === undefined ? one.senderUserId : null,
      rule: one.rule ?? null,
    }));
    await this.database.execute(
      `INSERT INTO coupons.announcement_recipients (corp_id, announcement_id, customer_id, coupon_id, external_user_id,
              sender_user_id, state, rule, state_at)
       SELECT $1, $2, customer_id, coupon_id, external_user_id, sender_user_id,
              CASE WHEN rule IS NULL THEN 'waiting' ELSE 'excluded' END, rule, $4
         FROM jsonb_to_recordset($3::jsonb) AS r(customer_id uuid, coupon_id uuid, external_user_id text,
              sender_user_id text, rule text)
       ON CONFLICT DO NOTHING`,
      [this.database.corpId, id, JSON.stringify(rows), this.clock.now()],
    );
  }

  async moveCursor(id: string, cursor: string): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.announcements SET cursor = $3 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, cursor],
    );
  }

  async markChosen(id: string): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.announcements SET chosen_at = $3 WHERE corp_id = $1 AND id = $2 AND chosen_at IS NULL',
      [this.database.corpId, id, this.clock.now()],
    );
  }

  /** WeCom is asked for nothing more; what it was asked for goes on. */
  async cancel(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcements SET cancelled_at = $3, chosen_at = coalesce(chosen_at, $3)
        WHERE corp_id = $1 AND id = $2 AND handed_at IS NULL`,
      [this.database.corpId, id, this.clock.now()],
    );
    await this.settleCancelled(id);
  }

  /** Also what a call that WeCom did not act on put back after the cancellation. */
  async settleCancelled(id: string): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcement_recipients r SET state = 'cancelled', state_at = $3
         FROM coupons.announcements a
        WHERE a.corp_id = $1 AND a.id = $2 AND a.cancelled_at IS NOT NULL
          AND r.corp_id = $1 AND r.announcement_id = $2 AND r.state = 'waiting'`,
      [this.database.corpId, id, this.clock.now()],
    );
  }

  async markHanded(id: string): Promise<void> {
    await this.database.execute(
      'UPDATE coupons.announcements SET handed_at = $3 WHERE corp_id = $1 AND id = $2 AND handed_at IS NULL',
      [this.database.corpId, id, this.clock.now()],
    );
  }

  /** Those of which each recipient has his final state. */
  async finishSettled(): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcements a SET finished_at = $2
        WHERE a.corp_id = $1 AND a.finished_at IS NULL AND a.handed_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM coupons.announcement_recipients r
                           WHERE r.corp_id = $1 AND r.announcement_id = a.id AND r.state IN ('waiting', 'calling', 'handed'))`,
      [this.database.corpId, this.clock.now()],
    );
  }

  /** Whether there is one whose outcomes may still come, or that counts on what others send. */
  async hasRecent(since: Date): Promise<boolean> {
    const { recent } = await this.database.one<{ recent: boolean }>(
      `SELECT EXISTS (SELECT FROM coupons.announcements
                       WHERE corp_id = $1 AND (finished_at IS NULL OR created_at >= $2)) AS recent`,
      [this.database.corpId, since],
    );
    return recent;
  }

  /** The row says that somebody was there, and no longer who. */
  async forget(externalUserIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.announcement_recipients
          SET external_user_id = NULL, rule = CASE WHEN state = 'waiting' THEN 'erased' ELSE rule END,
              state = CASE WHEN state = 'waiting' THEN 'excluded' ELSE state END
        WHERE corp_id = $1 AND external_user_id = ANY($2::text[])`,
      [this.database.corpId, externalUserIds],
    );
  }
}
