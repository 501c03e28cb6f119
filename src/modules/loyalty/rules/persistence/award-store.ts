import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Award } from '../domain/award.js';
import type { OrderKey } from './order-store.js';

const COLUMNS = `a.event_id AS "eventId", a.rule_id AS "ruleId", a.rule_version_id AS "ruleVersionId",
  a.program_id AS "programId", a.revision, a.event_at AS "eventAt", a.event_customer_id AS "eventCustomerId",
  a.customer_id AS "customerId", a.verdict, a.wanted, a.granted, a.inputs, a.counters, a.order_source AS "orderSource",
  a.order_id AS "orderId", a.due_at AS "dueAt", a.claw_back_until AS "clawBackUntil",
  a.clawed_back_at AS "clawedBackAt", a.bookings, a.booked_times AS "bookedTimes", a.refusal`;

const OF_EVENTS = `SELECT ${COLUMNS} FROM loyalty.rule_awards a WHERE a.corp_id = $1 AND a.event_id = ANY($2::uuid[])`;
const LOCKED = 'ORDER BY a.event_id, a.rule_id FOR UPDATE OF a';

/** More locks than these at once could fill PostgreSQL's table of them, which all connections share. */
const LOCKS = 128;

/** 500 events by 1,000 rules would be a longer text than there can be. */
const STORED_TOGETHER_MAX = 10_000;

/** What events earned. Inside an open unit of work. */
@Injectable()
export class AwardStore {
  constructor(private readonly database: Database) {}

  /**
   * Until the unit of work ends nobody else works on what these texts name (events, orders, persons, invitees). Of what is
   * read after it nothing is older than their work.
   */
  async lock(names: readonly string[]): Promise<void> {
    await this.database.execute(
      `SELECT pg_advisory_xact_lock(hashtextextended('loyalty.rules:' || $1 || ':' || place, 0))
         FROM (SELECT DISTINCT abs(hashtext(name) % ${LOCKS}) AS place FROM unnest($2::text[]) AS name ORDER BY 1) AS places`,
      [this.database.corpId, names],
    );
  }

  ofEvents(eventIds: readonly string[]): Promise<Award[]> {
    return this.database.query<Award>(OF_EVENTS, [this.database.corpId, eventIds]);
  }

  /** What is read to be changed is locked, and is what was committed last. */
  lockOfEvents(eventIds: readonly string[]): Promise<Award[]> {
    return this.database.query<Award>(`${OF_EVENTS} ${LOCKED}`, [this.database.corpId, eventIds]);
  }

  lockOfOrders(orders: readonly OrderKey[]): Promise<Award[]> {
    if (orders.length === 0) return Promise.resolve([]);
    return this.database.query<Award>(
      `SELECT ${COLUMNS} FROM loyalty.rule_awards a
         JOIN (SELECT DISTINCT * FROM unnest($2::text[], $3::text[])) AS o(source, order_id)
           ON o.order_id = a.order_id AND o.source = a.order_source
        WHERE a.corp_id = $1 ${LOCKED}`,
      [this.database.corpId, orders.map(({ source }) => source), orders.map(({ orderId }) => orderId)],
    );
  }

  /** Those that may be taken back when one of these customers leaves, none of them before this time. */
  lockOfLeavers(customerIds: readonly string[], from: Date): Promise<Award[]> {
    return this.database.query<Award>(
      `SELECT ${COLUMNS} FROM loyalty.rule_awards a
        WHERE a.corp_id = $1 AND a.event_customer_id = ANY($2::uuid[]) AND a.claw_back_until >= $3
          AND a.clawed_back_at IS NULL ${LOCKED}`,
      [this.database.corpId, customerIds, from],
    );
  }

  /** Whose points come now; the longest overdue first. */
  lockDue(now: Date, limit: number): Promise<Award[]> {
    return this.database.query<Award>(
      `SELECT ${COLUMNS} FROM loyalty.rule_awards a
        WHERE a.corp_id = $1 AND a.due_at <= $2 ORDER BY a.due_at LIMIT $3 FOR UPDATE OF a`,
      [this.database.corpId, now, limit],
    );
  }

  /** When these rules gave these customers something, between the times. Along rule_awards_member. */
  times(asked: {
    ruleIds: readonly string[];
    customerIds: readonly string[];
    from: Date;
    to: Date;
  }): Promise<{ eventId: string; ruleId: string; customerId: string; eventAt: Date }[]> {
    return this.database.query(
      `SELECT a.event_id AS "eventId", a.rule_id AS "ruleId", a.customer_id AS "customerId", a.event_at AS "eventAt"
         FROM loyalty.rule_awards a
        WHERE a.corp_id = $1 AND a.rule_id = ANY($2::uuid[]) AND a.customer_id = ANY($3::uuid[])
          AND a.event_at BETWEEN $4 AND $5 AND a.granted > 0`,
      [this.database.corpId, asked.ruleIds, asked.customerIds, asked.from, asked.to],
    );
  }

  async store(awards: readonly Award[]): Promise<void> {
    for (let from = 0; from < awards.length; from += STORED_TOGETHER_MAX) {
      const part = awards.slice(from, from + STORED_TOGETHER_MAX);
      await this.database.execute(STORE, [this.database.corpId, JSON.stringify(part)]);
    }
  }

  /** What was looked at of an erased person; what was earned stays. */
  async forget(customerIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.rule_awards SET inputs = inputs || '{"data": {}, "facts": {"fields": {}, "tags": [], "level": null}}'
        WHERE corp_id = $1 AND (event_customer_id = ANY($2::uuid[])
          OR customer_id = ANY($2::uuid[]) AND rule_id = ANY (ARRAY(
            SELECT r.id FROM loyalty.earning_rules r WHERE r.corp_id = $1)))`,
      [this.database.corpId, customerIds],
    );
  }
}

const STORE = `
  INSERT INTO loyalty.rule_awards (corp_id, event_id, rule_id, rule_version_id, program_id, revision, event_at,
    event_customer_id, customer_id, verdict, wanted, granted, inputs, counters, order_source, order_id, due_at,
    claw_back_until, clawed_back_at, bookings, booked_times, refusal)
  SELECT $1, a."eventId", a."ruleId", a."ruleVersionId", a."programId", a.revision, a."eventAt", a."eventCustomerId",
         a."customerId", a.verdict, a.wanted, a.granted, a.inputs, a.counters, a."orderSource", a."orderId", a."dueAt",
         a."clawBackUntil", a."clawedBackAt", a.bookings, a."bookedTimes", a.refusal
    FROM jsonb_to_recordset($2::jsonb) AS a("eventId" uuid, "ruleId" uuid, "ruleVersionId" uuid, "programId" uuid,
      revision int, "eventAt" timestamptz, "eventCustomerId" uuid, "customerId" uuid, verdict text, wanted bigint,
      granted bigint, inputs jsonb, counters jsonb, "orderSource" text, "orderId" text, "dueAt" timestamptz,
      "clawBackUntil" timestamptz, "clawedBackAt" timestamptz, bookings jsonb, "bookedTimes" int, refusal text)
  ON CONFLICT ON CONSTRAINT rule_awards_pkey DO UPDATE SET revision = excluded.revision,
    event_at = excluded.event_at, event_customer_id = excluded.event_customer_id, customer_id = excluded.customer_id,
    verdict = excluded.verdict, wanted = excluded.wanted, granted = excluded.granted, inputs = excluded.inputs,
    counters = excluded.counters, order_source = excluded.order_source, order_id = excluded.order_id,
    due_at = excluded.due_at, claw_back_until = excluded.claw_back_until, clawed_back_at = excluded.clawed_back_at,
    bookings = excluded.bookings, booked_times = excluded.booked_times, refusal = excluded.refusal`;
