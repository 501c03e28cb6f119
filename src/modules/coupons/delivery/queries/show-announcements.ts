import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ContactAttachment } from '../../../../wecom/index.js';
import { deliveryErrors } from '../delivery.errors.js';
import type { ExclusionRule, RecipientState } from '../domain/announcement.js';

export interface ShownAnnouncement {
  readonly id: string;
  readonly batchId: string;
  readonly text: string | null;
  readonly attachments: readonly ContactAttachment[];
  readonly again: boolean;
  readonly createdAt: Date;
  readonly handedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly counts: Readonly<Partial<Record<RecipientState, number>>>;
  readonly excluded: Readonly<Partial<Record<ExclusionRule, number>>>;
}

export interface ShownRecipient {
  readonly customerId: string;
  readonly couponId: string;
  readonly senderUserId: string | null;
  readonly state: RecipientState;
  readonly rule: ExclusionRule | null;
  /** WeCom's, where it refused the part. */
  readonly errcode: number | null;
  readonly stateAt: Date;
}

type Counted = { id: string; state: RecipientState; rule: ExclusionRule | null; recipients: number };
type Plain = Omit<ShownAnnouncement, 'counts' | 'excluded'>;

const COLUMNS = `id, batch_id AS "batchId", text, attachments, again, created_at AS "createdAt",
  handed_at AS "handedAt", finished_at AS "finishedAt"`;

/** Announcements as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowAnnouncements {
  constructor(private readonly database: Database) {}

  /** @throws coupons.announcement_not_found */
  async get(id: string): Promise<ShownAnnouncement> {
    const announcement = await this.database.maybeOne<Plain>(
      `SELECT ${COLUMNS} FROM coupons.announcements WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
    if (!announcement) throw deliveryErrors.announcement_not_found();
    const [shown] = await this.counted([announcement]);
    if (!shown) throw new Error('an announcement was lost while it was counted');
    return shown;
  }

  /** The newest first. */
  async list(
    batchId: string,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<ShownAnnouncement[]> {
    const rows = await this.database.query<Plain>(
      `SELECT ${COLUMNS} FROM coupons.announcements
        WHERE corp_id = $1 AND batch_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
      [this.database.corpId, batchId, after?.id ?? null, limit],
    );
    return this.counted(rows);
  }

  /** Along the primary key. */
  async listRecipients(
    id: string,
    filter: { state?: RecipientState; rule?: ExclusionRule },
    after: { customerId: string } | undefined,
    limit: number,
  ): Promise<ShownRecipient[]> {
    return this.database.query<ShownRecipient>(
      `SELECT r.customer_id AS "customerId", r.coupon_id AS "couponId", r.sender_user_id AS "senderUserId", r.state,
              r.rule, p.errcode, r.state_at AS "stateAt"
         FROM coupons.announcement_recipients r
         LEFT JOIN coupons.announcement_parts p ON p.corp_id = $1 AND p.id = r.part_id
        WHERE r.corp_id = $1 AND r.announcement_id = $2 AND ($3::uuid IS NULL OR r.customer_id > $3)
          AND ($4::text IS NULL OR r.state = $4) AND ($5::text IS NULL OR r.rule = $5)
        ORDER BY r.customer_id LIMIT $6`,
      [this.database.corpId, id, after?.customerId ?? null, filter.state ?? null, filter.rule ?? null, limit],
    );
  }

  private async counted(announcements: readonly Plain[]): Promise<ShownAnnouncement[]> {
    const rows = await this.database.query<Counted>(
      `SELECT announcement_id AS id, state, rule, count(*) AS recipients FROM coupons.announcement_recipients
        WHERE corp_id = $1 AND announcement_id = ANY($2::uuid[]) GROUP BY announcement_id, state, rule`,
      [this.database.corpId, announcements.map(({ id }) => id)],
    );
    return announcements.map((announcement) => {
      const counts: Partial<Record<RecipientState, number>> = {};
      const excluded: Partial<Record<ExclusionRule, number>> = {};
      for (const { id, state, rule, recipients } of rows) {
        if (id !== announcement.id) continue;
        counts[state] = (counts[state] ?? 0) + recipients;
        if (rule !== null) excluded[rule] = recipients;
      }
      return { ...announcement, counts, excluded };
    });
  }
}
