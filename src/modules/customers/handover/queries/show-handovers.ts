import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { HandoverKind, HandoverState, HandoverSubject } from '../domain/handover.js';
import { handoverErrors } from '../handover.errors.js';

export interface ShownHandover {
  readonly id: string;
  readonly kind: HandoverKind;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly message: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly counts: Readonly<Partial<Record<HandoverState, number>>>;
}

export interface ShownItem {
  readonly subject: HandoverSubject;
  readonly wecomId: string;
  /** Null: a group, or somebody the mirror has not seen yet. */
  readonly customerId: string | null;
  readonly state: HandoverState;
  readonly errcode: number | null;
  readonly calledAt: Date | null;
  readonly takeoverAt: Date | null;
  readonly settledAt: Date | null;
}

/** The place of the last item of a page. */
export interface ItemKey {
  readonly subject: HandoverSubject;
  readonly wecomId: string;
}

/** finished: each item has its final result, or was cancelled. */
export const HANDOVER_PROGRESS = ['open', 'finished'] as const;
export type HandoverProgress = (typeof HANDOVER_PROGRESS)[number];

const HANDOVERS = `
  SELECT h.id, h.kind, h.from_user_id AS "fromUserId", h.to_user_id AS "toUserId", h.message,
         h.created_at AS "createdAt", h.finished_at AS "finishedAt", coalesce((
           SELECT json_object_agg(c.state, c.items) FROM (
             SELECT i.state, count(*) AS items FROM customers.handover_items i
              WHERE i.corp_id = h.corp_id AND i.handover_id = h.id GROUP BY i.state) AS c), '{}') AS counts
    FROM customers.handovers h WHERE h.corp_id = $1`;

/** Hand-overs as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowHandovers {
  constructor(private readonly database: Database) {}

  /** @throws customers.handover_not_found */
  async get(id: string): Promise<ShownHandover> {
    const handover = await this.database.maybeOne<ShownHandover>(`${HANDOVERS} AND h.id = $2`, [
      this.database.corpId,
      id,
    ]);
    if (!handover) throw handoverErrors.handover_not_found();
    return handover;
  }

  /** The newest first, along the primary key: people make them one by one, so few are passed over for their state. */
  list(
    state: HandoverProgress | undefined,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<ShownHandover[]> {
    return this.database.query<ShownHandover>(
      `${HANDOVERS} AND ($2::boolean IS NULL OR (h.finished_at IS NULL) = $2) AND ($3::uuid IS NULL OR h.id < $3)
        ORDER BY h.id DESC LIMIT $4`,
      [this.database.corpId, state === undefined ? null : state === 'open', after?.id ?? null, limit],
    );
  }

  /** Along the primary key, or the index by state. */
  async listItems(
    id: string,
    state: HandoverState | undefined,
    after: ItemKey | undefined,
    limit: number,
  ): Promise<ShownItem[]> {
    const params: unknown[] = [this.database.corpId, id, limit];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const conditions = ['i.corp_id = $1', 'i.handover_id = $2'];
    if (state) conditions.push(`i.state = ${bind(state)}`);
    if (after) conditions.push(`(i.subject, i.wecom_id) > (${bind(after.subject)}, ${bind(after.wecomId)})`);
    return this.database.query<ShownItem>(
      `SELECT i.subject, i.wecom_id AS "wecomId", c.id AS "customerId", i.state, i.errcode,
              i.called_at AS "calledAt", i.takeover_at AS "takeoverAt", i.settled_at AS "settledAt"
         FROM customers.handover_items i
         LEFT JOIN customers.customers c
           ON c.corp_id = i.corp_id AND c.external_user_id = i.wecom_id AND i.subject = 'customer'
        WHERE ${conditions.join(' AND ')} ORDER BY i.subject, i.wecom_id LIMIT $3`,
      params,
    );
  }

  /** Our ids by external id. */
  async customerIdsOf(externalUserIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ externalUserId: string; id: string }>(
      `SELECT external_user_id AS "externalUserId", id FROM customers.customers
        WHERE corp_id = $1 AND external_user_id = ANY($2::text[])`,
      [this.database.corpId, externalUserIds],
    );
    return new Map(rows.map(({ externalUserId, id }) => [externalUserId, id]));
  }
}
