import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { OrderSums } from '../domain/settlement.js';

/** Orders of two sources may have the same id. */
export interface OrderKey {
  readonly source: string;
  readonly orderId: string;
}

/** A payment or a refund; `none`: an event that was one and, corrected, no longer is. */
export interface OrderFact extends OrderKey {
  readonly eventId: string;
  readonly kind: 'paid' | 'refunded' | 'none';
  readonly amount: number;
  readonly revision: number;
}

/** What was paid and refunded of orders, in whatever order it is told. Inside an open unit of work. */
@Injectable()
export class OrderStore {
  constructor(private readonly database: Database) {}

  /** Older revisions change nothing. @returns the orders that any of the events belongs to now or did before */
  async record(
    facts: readonly OrderFact[],
    others: readonly { eventId: string; revision: number }[],
  ): Promise<OrderKey[]> {
    const former = await this.database.query<OrderKey>(
      `SELECT DISTINCT source, order_id AS "orderId" FROM loyalty.rule_orders
        WHERE corp_id = $1 AND event_id = ANY($2::uuid[])`,
      [this.database.corpId, [...facts, ...others].map(({ eventId }) => eventId)],
    );
    if (facts.length > 0) await this.database.execute(RECORD, [this.database.corpId, JSON.stringify(facts)]);
    if (others.length > 0 && former.length > 0)
      await this.database.execute(FORGET, [this.database.corpId, JSON.stringify(others)]);
    return [...former, ...facts.map(({ source, orderId }) => ({ source, orderId }))];
  }

  async sumsOf(orders: readonly OrderKey[]): Promise<Map<string, OrderSums>> {
    if (orders.length === 0) return new Map();
    const rows = await this.database.query<OrderKey & OrderSums>(
      `SELECT o.source, o.order_id AS "orderId", coalesce(sum(o.amount) FILTER (WHERE o.kind = 'paid'), 0)::bigint AS paid,
              coalesce(sum(o.amount) FILTER (WHERE o.kind = 'refunded'), 0)::bigint AS refunded
         FROM loyalty.rule_orders o
         JOIN (SELECT DISTINCT * FROM unnest($2::text[], $3::text[])) AS k(source, order_id)
           ON k.source = o.source AND k.order_id = o.order_id
        WHERE o.corp_id = $1 GROUP BY o.source, o.order_id`,
      [this.database.corpId, orders.map(({ source }) => source), orders.map(({ orderId }) => orderId)],
    );
    return new Map(
      rows.map(({ source, orderId, paid, refunded }) => [orderName({ source, orderId }), { paid, refunded }]),
    );
  }
}

/** An index holds no more than 2,704 bytes, and an id may have 1,000 characters: longer ones go by their digest. */
const ORDER_ID_MAX = 200;

/** What an order is known by here. */
export function orderIdIn({ orderId }: Readonly<Record<string, unknown>>): string {
  const text = String(orderId);
  return text.length > ORDER_ID_MAX ? `sha256:${hash('sha256', text, 'hex')}` : text;
}

export function orderName({ source, orderId }: OrderKey): string {
  return `${source}/${orderId}`;
}

const RECORD = `
  INSERT INTO loyalty.rule_orders AS o (corp_id, event_id, source, order_id, kind, amount, revision)
  SELECT $1, f."eventId", f.source, f."orderId", f.kind, f.amount, f.revision
    FROM jsonb_to_recordset($2::jsonb)
      AS f("eventId" uuid, source text, "orderId" text, kind text, amount bigint, revision int)
  ON CONFLICT ON CONSTRAINT rule_orders_pkey DO UPDATE SET source = excluded.source, order_id = excluded.order_id,
    kind = excluded.kind, amount = excluded.amount, revision = excluded.revision
    WHERE o.revision < excluded.revision`;

const FORGET = `
  UPDATE loyalty.rule_orders o SET kind = 'none', amount = 0, revision = f.revision
    FROM jsonb_to_recordset($2::jsonb) AS f("eventId" uuid, revision int)
   WHERE o.corp_id = $1 AND o.event_id = f."eventId" AND o.revision < f.revision`;
