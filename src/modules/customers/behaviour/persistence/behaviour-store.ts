import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { EventKey } from '../domain/customer-event.js';

/** What stands under a key. */
export interface KnownEvent extends EventKey {
  readonly id: string;
  readonly customerId: string;
  readonly hash: string;
  readonly revision: number;
  readonly at: Date;
}

/** An event as it will stand in the table. */
export interface EventRecord extends EventKey {
  readonly id: string;
  readonly customerId: string;
  readonly hash: string;
  readonly type: string;
  readonly at: Date;
  readonly data: object;
  readonly orderId?: string;
  readonly amount?: number;
}

/** The next revision of an event that is there. */
export interface ChangedRecord extends EventRecord {
  /** What it replaces: of two calls with different bodies the second looks again. */
  readonly known: KnownEvent;
}

export interface EarlierRevision {
  readonly id: string;
  readonly hash: string;
  readonly revision: number;
  readonly customerId: string;
}

/** Keys, events and what they were before. Inside an open unit of work. */
@Injectable()
export class BehaviourStore {
  constructor(private readonly database: Database) {}

  find(keys: readonly EventKey[]): Promise<KnownEvent[]> {
    return this.database.query<KnownEvent>(FIND, [
      this.database.corpId,
      keys.map(({ source }) => source),
      keys.map(({ externalId }) => externalId),
    ]);
  }

  /** Revisions before the present one that had such a body. */
  async findEarlier(asked: readonly { id: string; hash: string }[]): Promise<EarlierRevision[]> {
    if (asked.length === 0) return [];
    return this.database.query<EarlierRevision>(FIND_EARLIER, [
      this.database.corpId,
      asked.map(({ id }) => id),
      asked.map(({ hash }) => hash),
    ]);
  }

  /** @returns the ids of those that are new; the others' keys are taken, or their customer is not there. */
  async insert(records: readonly EventRecord[]): Promise<ReadonlySet<string>> {
    if (records.length === 0) return new Set();
    const { ids } = await this.database.one<{ ids: string[] | null }>(INSERT, [
      this.database.corpId,
      JSON.stringify(records.map((record) => ({ ...record, at: record.at.toISOString() }))),
      records.length,
    ]);
    return new Set(ids ?? records.map(({ id }) => id));
  }

  /** @returns the ids of those that still were as known, and are changed now. */
  async change(records: readonly ChangedRecord[]): Promise<ReadonlySet<string>> {
    if (records.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(CHANGE, [
      this.database.corpId,
      JSON.stringify(records),
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Forgets some keys, or some revisions, of before. @returns how many. */
  async purge(table: 'keys' | 'revisions', before: Date, limit: number): Promise<number> {
    return this.database.execute(PURGE[table], [this.database.corpId, before, limit]);
  }
}

/** Along behaviour_keys_pkey. */
const FIND = {
  name: 'behaviour-find-keys',
  text: `
  SELECT k.source, k.external_id AS "externalId", k.event_id AS id, k.customer_id AS "customerId", k.body_hash AS hash,
         k.revision, k.at
    FROM unnest($2::text[], $3::text[]) AS g(source, external_id)
    JOIN customers.behaviour_keys k
      ON k.corp_id = $1 AND k.source = g.source AND k.external_id = g.external_id`,
};

/** Along behaviour_revisions_pkey; an event has few revisions. */
const FIND_EARLIER = `
  SELECT DISTINCT ON (r.event_id) r.event_id AS id, r.body_hash AS hash, r.revision, r.customer_id AS "customerId"
    FROM unnest($2::uuid[], $3::text[]) AS g(id, hash)
    JOIN customers.behaviour_revisions r ON r.corp_id = $1 AND r.event_id = g.id AND r.body_hash = g.hash
   ORDER BY r.event_id, r.revision`;

const RECORD = `i(id uuid, source text, "externalId" text, "customerId" uuid, hash text, type text, at timestamptz,
  data jsonb, "orderId" text, amount bigint`;

/**
 * Keys decide: what another call stores at this moment is waited for, and only what is new here becomes an event. They
 * are taken in one order, so that two calls with the same items wait for each other instead of deadlocking. No ids: all
 * are new, as nearly always, and a thousand rows need not travel.
 */
const INSERT = {
  name: 'behaviour-insert',
  text: `
  WITH item AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::json) AS ${RECORD})
  ), fresh AS (
    INSERT INTO customers.behaviour_keys (corp_id, source, external_id, event_id, customer_id, body_hash, revision, at,
           recorded_at)
    SELECT $1, item.source, item."externalId", item.id, c.id, item.hash, 1, item.at, statement_timestamp()
      FROM item JOIN customers.customers c ON c.corp_id = $1 AND c.id = item."customerId"
     ORDER BY item.source COLLATE "C", item."externalId" COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING event_id
  ), stored AS (
    INSERT INTO customers.behaviour_events (corp_id, id, at, customer_id, type, source, external_id, revision, data,
           order_id, amount, recorded_at)
    SELECT $1, id, at, "customerId", type, source, "externalId", 1, data, "orderId", amount, statement_timestamp()
      FROM item JOIN fresh ON fresh.event_id = item.id
    RETURNING id
  )
  SELECT CASE WHEN count(*) < $3::int THEN coalesce(array_agg(id), '{}') END AS ids FROM stored`,
};

/**
 * The hash says whether the key still is as it was read. What stood there goes to the revisions; an event of a dropped
 * month comes anew. A row whose time moves to another month moves to its partition.
 */
const CHANGE = `
  WITH item AS MATERIALIZED (
    SELECT i.*, (i.known->>'hash') AS old_hash, (i.known->>'at')::timestamptz AS old_at
      FROM json_to_recordset($2::json) AS ${RECORD}, known json)
  ), locked AS MATERIALIZED (
    SELECT k.event_id FROM customers.behaviour_keys k
      JOIN item i ON k.corp_id = $1 AND k.source = i.source AND k.external_id = i."externalId"
     WHERE k.body_hash = i.old_hash ORDER BY k.source COLLATE "C", k.external_id COLLATE "C" FOR UPDATE OF k
  ), moved AS (
    UPDATE customers.behaviour_keys k
       SET customer_id = i."customerId", body_hash = i.hash, revision = k.revision + 1, at = i.at,
           recorded_at = statement_timestamp()
      FROM item i JOIN locked ON locked.event_id = i.id
     WHERE k.corp_id = $1 AND k.source = i.source AND k.external_id = i."externalId" AND k.body_hash = i.old_hash
    RETURNING k.event_id AS id, k.revision
  ), old AS MATERIALIZED (
    SELECT e.*, i.old_hash FROM item i
      JOIN customers.behaviour_events e ON e.corp_id = $1 AND e.id = i.id AND e.at = i.old_at
  ), kept AS (
    INSERT INTO customers.behaviour_revisions (corp_id, event_id, revision, body_hash, customer_id, type, at, data,
           recorded_at, replaced_at)
    SELECT $1, old.id, old.revision, old.old_hash, old.customer_id, old.type, old.at, old.data, old.recorded_at,
           statement_timestamp()
      FROM old JOIN moved ON moved.id = old.id
  ), rewritten AS (
    UPDATE customers.behaviour_events e
       SET customer_id = i."customerId", type = i.type, at = i.at, data = i.data, order_id = i."orderId",
           amount = i.amount, revision = moved.revision, recorded_at = statement_timestamp()
      FROM item i JOIN moved ON moved.id = i.id
     WHERE e.corp_id = $1 AND e.id = i.id AND e.at = i.old_at
  ), again AS (
    INSERT INTO customers.behaviour_events (corp_id, id, at, customer_id, type, source, external_id, revision, data,
           order_id, amount, recorded_at)
    SELECT $1, i.id, i.at, i."customerId", i.type, i.source, i."externalId", moved.revision, i.data, i."orderId",
           i.amount, statement_timestamp()
      FROM item i JOIN moved ON moved.id = i.id WHERE NOT EXISTS (SELECT FROM old WHERE old.id = i.id)
  )
  SELECT id FROM moved`;

/** Along the indexes over the time. */
const PURGE = {
  keys: `DELETE FROM customers.behaviour_keys WHERE corp_id = $1 AND (source, external_id) IN (
    SELECT source, external_id FROM customers.behaviour_keys
     WHERE corp_id = $1 AND recorded_at < $2 ORDER BY recorded_at LIMIT $3)`,
  revisions: `DELETE FROM customers.behaviour_revisions WHERE corp_id = $1 AND (event_id, revision) IN (
    SELECT event_id, revision FROM customers.behaviour_revisions
     WHERE corp_id = $1 AND replaced_at < $2 ORDER BY replaced_at LIMIT $3)`,
};
