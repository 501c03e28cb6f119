import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import type { Announcement, ExclusionRule } from '../domain/announcement.js';
import type { MassWindow } from '../domain/mass-limit.js';

/**
 * One row at a time along one index: the coupon's key, the customer, the contact. Rows are new and the planner knows nothing
 * of them yet, so what another index begins with is asked by `IS TRUE`, which no index answers (measured: otherwise 10,001
 * customers of one member take more than a minute).
 */
const IS_OPEN = `c.state IN ('claimed', 'locked') AND c.valid_until > clock_timestamp()`;

/** $6 the batch. Of one that is void all coupons are, also those that do not say so yet. */
const COUPON_CLOSED = `
  (EXISTS (SELECT FROM coupons.batches b WHERE b.corp_id = $1 AND b.id = $6 AND b.state = 'void')
   OR NOT EXISTS (SELECT FROM coupons.coupons c WHERE c.corp_id = $1 AND c.id = r.coupon_id AND ${IS_OPEN})
      AND NOT EXISTS (SELECT FROM coupons.coupons c
                       WHERE c.corp_id = $1 AND c.customer_id = r.customer_id AND (c.batch_id = $6) IS TRUE AND ${IS_OPEN}))`;

/** $6 the batch. Read once and hashed: `IS TRUE` keeps it from becoming a join. */
const ANNOUNCED_ALREADY = `
  (r.customer_id IN (
     SELECT o.customer_id FROM coupons.announcements a
       JOIN coupons.announcement_recipients o ON o.corp_id = $1 AND o.announcement_id = a.id
      WHERE a.corp_id = $1 AND a.batch_id = $6 AND a.id <> $2 AND o.state IN ('calling', 'handed', 'received'))) IS TRUE`;

/** $6 the beginning of the window, $7 of today, $8 how many it allows. What a member has and may send today counts, too. */
const LIMIT_USED_UP = `
  (EXISTS (SELECT FROM coupons.mass_receipts m
            WHERE m.corp_id = $1 AND m.external_user_id = r.external_user_id
              AND (m.kind = 'limit' AND m.at >= $6 OR m.kind = 'not_taken' AND m.at >= $7) IS TRUE)
   OR $8 <= (SELECT count(*) FROM coupons.mass_receipts m
              WHERE m.corp_id = $1 AND m.external_user_id = r.external_user_id AND m.kind = 'received'
                AND (m.at >= $6) IS TRUE)
          + (SELECT count(*) FROM coupons.announcement_recipients o
              WHERE o.corp_id = $1 AND o.external_user_id = r.external_user_id AND o.state IN ('calling', 'handed')
                AND (o.state_at >= $6) IS TRUE))`;

/** Whom an announcement must not be sent to, by what is known at this moment. Inside an open unit of work. */
@Injectable()
export class Exclusions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Of this member's waiting recipients; of several rules the first is named. */
  async apply(announcement: Announcement, senderUserId: string, window: MassWindow): Promise<void> {
    const { batchId, again } = announcement;
    const exclude = (rule: ExclusionRule, condition: string, params: unknown[]) =>
      this.database.execute(
        `UPDATE coupons.announcement_recipients r SET state = 'excluded', rule = $4, state_at = $5
          WHERE r.corp_id = $1 AND r.announcement_id = $2 AND r.state = 'waiting' AND r.sender_user_id = $3
            AND ${condition}`,
        [this.database.corpId, announcement.id, senderUserId, rule, this.clock.now(), ...params],
      );
    await exclude('coupon_closed', COUPON_CLOSED, [batchId]);
    if (!again) await exclude('announced_already', ANNOUNCED_ALREADY, [batchId]);
    await exclude(window.rule, LIMIT_USED_UP, [window.start, window.dayStart, window.most]);
  }
}
