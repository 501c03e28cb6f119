import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { ORDER_PAID, ORDER_REFUNDED } from '../domain/event-type.js';

/** What a customer did, as it stands now. */
export interface BehaviourEvent {
  readonly id: string;
  readonly customerId: string;
  readonly type: string;
  readonly source: string;
  readonly externalId: string;
  readonly at: Date;
  readonly data: Record<string, unknown>;
  readonly revision: number;
  readonly recordedAt: Date;
}

/** The place of the last row of a page. */
export interface EventPlace {
  readonly at: string;
  readonly id: string;
}

/** What an event was before another body came with its key. */
export interface EventRevision {
  readonly revision: number;
  readonly customerId: string;
  readonly type: string;
  readonly at: Date;
  readonly data: Record<string, unknown>;
  readonly recordedAt: Date;
  readonly replacedAt: Date;
}

/** Sums over all orders that are kept; money in 分. */
export interface OrdersSummary {
  readonly paidCount: number;
  readonly paidAmount: number;
  readonly refundedAmount: number;
  readonly firstPaidAt: Date | null;
  readonly lastPaidAt: Date | null;
}

/** What sales can be told apart by, as far as each order says. */
export const SALE_DIMENSIONS = ['day', 'channel', 'store', 'staff'] as const;
export type SaleDimension = (typeof SALE_DIMENSIONS)[number];

/** Days of the zone, both inclusive. */
export interface SalesFilter {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly channel?: string | undefined;
  /** Its code. */
  readonly store?: string | undefined;
  readonly staffId?: string | undefined;
}

/** 分 that were paid, less refunds. What is not asked for is absent; null: the order did not say. */
export interface SalesGroup {
  readonly sales: number;
  readonly day?: string;
  readonly channel?: string | null;
  readonly store?: string | null;
  readonly staffId?: string | null;
}

/** What JSON's numbers hold exactly; amounts that add up to more are nobody's orders. */
const SUM_MAX = Number.MAX_SAFE_INTEGER;

const COLUMNS = `e.id, e.customer_id AS "customerId", e.type, e.source, e.external_id AS "externalId", e.at, e.data,
  e.revision, e.recorded_at AS "recordedAt"`;

/** Reads what customers did. Inside an open unit of work. */
@Injectable()
export class BehaviourEvents {
  constructor(private readonly database: Database) {}

  /**
   * For whoever hears `customers.behaviour_recorded`, whose `from` and `to` spare looking into other months. Events that
   * were changed since may have left that time, and are announced by `customers.event_changed`.
   */
  ofIds(ids: readonly string[], within: { from: string; to: string }): Promise<BehaviourEvent[]> {
    return this.database.query<BehaviourEvent>(
      `SELECT ${COLUMNS} FROM customers.behaviour_events e
        WHERE e.corp_id = $1 AND e.id = ANY($2::uuid[]) AND e.at BETWEEN $3 AND $4`,
      [this.database.corpId, ids, within.from, within.to],
    );
  }

  /**
   * Events of one type in a time, in the order in which they were recorded; of these customers, or of all.
   * @param within for all customers no more than a month or two: months are read row by row
   */
  ofType(
    type: string,
    within: { from: Date; to: Date; customerIds?: readonly string[] },
    limit: number,
  ): Promise<BehaviourEvent[]> {
    const customers = within.customerIds;
    return this.database.query<BehaviourEvent>(
      `SELECT ${COLUMNS} FROM customers.behaviour_events e
        WHERE e.corp_id = $1 AND e.at >= $2 AND e.at < $3 AND e.type = $4
          ${customers ? 'AND e.customer_id = ANY($6::uuid[])' : ''} ORDER BY e.id LIMIT $5`,
      [this.database.corpId, within.from, within.to, type, limit, ...(customers ? [customers] : [])],
    );
  }

  find(id: string): Promise<BehaviourEvent | undefined> {
    return this.database.maybeOne<BehaviourEvent>(
      `SELECT ${COLUMNS} FROM customers.behaviour_events e WHERE e.corp_id = $1 AND e.id = $2`,
      [this.database.corpId, id],
    );
  }

  /** The newest first, at most 100. */
  revisionsOf(id: string): Promise<EventRevision[]> {
    return this.database.query<EventRevision>(
      `SELECT revision, customer_id AS "customerId", type, at, data, recorded_at AS "recordedAt",
              replaced_at AS "replacedAt"
         FROM customers.behaviour_revisions WHERE corp_id = $1 AND event_id = $2 ORDER BY revision DESC LIMIT 100`,
      [this.database.corpId, id],
    );
  }

  /** Of all these customers together, the newest first. */
  list(
    customerIds: readonly string[],
    filter: { type?: string },
    page: { after: EventPlace | undefined; limit: number },
  ): Promise<(BehaviourEvent & { sortedAt: string })[]> {
    return this.database.query<BehaviourEvent & { sortedAt: string }>(LIST, [
      this.database.corpId,
      customerIds,
      filter.type ?? null,
      page.after?.at ?? null,
      page.after?.id ?? null,
      page.limit,
    ]);
  }

  /**
   * Of all customers; one group of everything when `by` is empty. Reads every order of these months, so it is for reports.
   * A refund counts on the day on which it was booked, and where it says itself.
   * @returns at most `limit` groups
   */
  sales(filter: SalesFilter, by: readonly SaleDimension[], limit: number): Promise<SalesGroup[]> {
    const { from, to, timeZone, channel, store, staffId } = filter;
    const places = by.map((_, index) => index + 1).join(', ');
    return this.database.query<SalesGroup>(
      `SELECT ${by.map((dimension) => `${SALE_COLUMNS[dimension]}, `).join('')}${SALES}
        ${places && `GROUP BY ${places} ORDER BY ${places}`} LIMIT $7`,
      [
        this.database.corpId,
        from,
        to,
        timeZone,
        ORDER_PAID,
        ORDER_REFUNDED,
        limit,
        channel ?? null,
        store ?? null,
        staffId ?? null,
      ],
    );
  }

  /** A refund counts where it was booked, whether or not its order is known here. */
  async ordersOf(customerIds: readonly string[]): Promise<OrdersSummary> {
    return this.database.one<OrdersSummary>(ORDERS, [
      this.database.corpId,
      customerIds,
      ORDER_PAID,
      ORDER_REFUNDED,
    ]);
  }
}

/** Each customer's newest along behaviour_events_customer_idx, month by month from the cursor's, and of these the newest. */
const LIST = `
  SELECT e.*, e.at::text AS "sortedAt" FROM unnest($2::uuid[]) AS c(id) CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM customers.behaviour_events e
     WHERE e.corp_id = $1 AND e.customer_id = c.id AND ($3::text IS NULL OR e.type = $3)
       AND ($4::timestamptz IS NULL OR e.at <= $4 AND (e.at, e.id) < ($4, $5::uuid))
     ORDER BY e.at DESC, e.id DESC LIMIT $6) e
  ORDER BY e.at DESC, e.id DESC LIMIT $6`;

/** Along behaviour_events_orders_idx, which holds orders only. */
const ORDERS = `
  SELECT count(*) FILTER (WHERE type = $3) AS "paidCount",
         least(coalesce(sum(amount) FILTER (WHERE type = $3), 0), ${SUM_MAX})::bigint AS "paidAmount",
         least(coalesce(sum(amount) FILTER (WHERE type = $4), 0), ${SUM_MAX})::bigint AS "refundedAmount",
         min(at) FILTER (WHERE type = $3) AS "firstPaidAt", max(at) FILTER (WHERE type = $3) AS "lastPaidAt"
    FROM customers.behaviour_events
   WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND order_id IS NOT NULL`;

const SALE_COLUMNS: Readonly<Record<SaleDimension, string>> = {
  day: '(at AT TIME ZONE $4)::date::text AS day',
  channel: `data->>'channel' AS channel`,
  store: `data->>'store' AS store`,
  staff: `data->>'staffId' AS "staffId"`,
};
const SALES = `
         greatest(least(coalesce(sum(CASE type WHEN $5 THEN amount WHEN $6 THEN -amount END), 0), ${SUM_MAX}), -${SUM_MAX})::bigint
           AS sales
    FROM customers.behaviour_events
   WHERE corp_id = $1 AND order_id IS NOT NULL
     AND at >= $2::date::timestamp AT TIME ZONE $4 AND at < ($3::date + 1)::timestamp AT TIME ZONE $4
     AND ($8::text IS NULL OR data->>'channel' = $8) AND ($9::text IS NULL OR data->>'store' = $9)
     AND ($10::text IS NULL OR data->>'staffId' = $10)`;
