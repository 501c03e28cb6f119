import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Holding, IdentityFacts, Pair } from '../domain/facts.js';
import { IDENTIFIER_KINDS } from '../domain/identifier.js';
import { HOLDERS_MAX } from '../domain/linking-rules.js';

/** Some customers, with all that decides who of them is one person. */
export interface Reach {
  readonly customerIds: readonly string[];
  readonly facts: IdentityFacts;
}

/** Reads what decides who is one person. Inside an open unit of work that holds the lock of the corp's persons. */
@Injectable()
export class IdentityFactsReader {
  constructor(private readonly database: Database) {}

  /** Everybody who shares one of these values with another one, of values that few enough hold to link them. */
  async sharersOf(valueIds: readonly string[]): Promise<string[]> {
    if (valueIds.length === 0) return [];
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT h.customer_id AS id
         FROM (SELECT DISTINCT unnest($2::uuid[]) AS value_id) v
        CROSS JOIN LATERAL (SELECT o.kind FROM customers.identifiers o
                             WHERE o.corp_id = $1 AND o.value_id = v.value_id LIMIT 1) i
        CROSS JOIN LATERAL (${HOLDERS_OF_LINKING_VALUE} AND cardinality(holders) > 1) h`,
      [this.database.corpId, valueIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Those of these customers who are not a person of their own without a doubt or a decision. */
  async connectedOf(customerIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(CONNECTED, [this.database.corpId, customerIds]);
    return rows.map(({ id }) => id);
  }

  /** These customers and everybody that they are connected with, by identifiers or by a human, over any number of steps. */
  async reach(customerIds: readonly string[]): Promise<Reach> {
    const params = [this.database.corpId, customerIds];
    const rows = await this.database.query<{ id: string }>(REACH, params);
    const reached = rows.map(({ id }) => id).sort();
    const holdings = await this.database.query<Holding>(HOLDINGS, [this.database.corpId, reached]);
    const decisions = await this.database.query<{ a: string; b: string; together: boolean }>(
      `SELECT customer_a AS a, customer_b AS b, together FROM customers.person_decisions
        WHERE corp_id = $1 AND customer_a = ANY($2::uuid[]) AND customer_b = ANY($2::uuid[])`,
      [this.database.corpId, reached],
    );
    const pairs = (together: boolean): Pair[] =>
      decisions.filter((one) => one.together === together).map(({ a, b }) => [a, b]);
    const facts = { holdings, blocked: NONE, together: pairs(true), apart: pairs(false) };
    return { customerIds: reached, facts };
  }
}

const CONNECTED = `
  SELECT id FROM unnest($2::uuid[]) AS id
   WHERE EXISTS (SELECT FROM customers.person_links l WHERE l.corp_id = $1 AND l.customer_id = id)
      OR EXISTS (SELECT FROM customers.identity_cases q WHERE q.corp_id = $1 AND q.customer_a = id)
      OR EXISTS (SELECT FROM customers.identity_cases q WHERE q.corp_id = $1 AND q.customer_b = id)
      OR EXISTS (SELECT FROM customers.person_decisions d WHERE d.corp_id = $1 AND d.customer_a = id)
      OR EXISTS (SELECT FROM customers.person_decisions d WHERE d.corp_id = $1 AND d.customer_b = id)`;

/** The statements leave blocked values out. */
const NONE: ReadonlySet<string> = new Set();

const HOLDERS_MAX_OF_KIND = `CASE i.kind ${IDENTIFIER_KINDS.map((kind) => `WHEN '${kind}' THEN ${HOLDERS_MAX[kind]}`).join(' ')} END`;

/**
 * The holders of i.value_id, or nobody when they are too many, along identifiers_holder_key; it stops at the first one too
 * many, so a front desk's number costs no more than any other.
 */
const HOLDERS_OF_LINKING_VALUE = `
  SELECT unnest(holders) AS customer_id FROM (
    SELECT array_agg(customer_id) AS holders FROM (
      SELECT DISTINCT o.customer_id FROM customers.identifiers o
       WHERE o.corp_id = $1 AND o.value_id = v.value_id ORDER BY o.customer_id
       LIMIT ${HOLDERS_MAX_OF_KIND} + 1) few) counted
   WHERE cardinality(holders) <= ${HOLDERS_MAX_OF_KIND}`;

const MAY_LINK = `NOT i.placeholder AND NOT EXISTS (
    SELECT FROM customers.blocked_identifiers x WHERE x.corp_id = $1 AND x.value_id = i.value_id)`;

const REACH = `
  WITH RECURSIVE reach(id) AS (
    SELECT id FROM unnest($2::uuid[]) AS id
    UNION
    SELECT n.id FROM reach r CROSS JOIN LATERAL (
      SELECT h.customer_id AS id FROM customers.identifiers i
       CROSS JOIN LATERAL (SELECT i.value_id) v
       CROSS JOIN LATERAL (${HOLDERS_OF_LINKING_VALUE}) h
       WHERE i.corp_id = $1 AND i.customer_id = r.id AND ${MAY_LINK}
      UNION ALL
      SELECT d.customer_b FROM customers.person_decisions d
       WHERE d.corp_id = $1 AND d.customer_a = r.id AND d.together
      UNION ALL
      SELECT d.customer_a FROM customers.person_decisions d
       WHERE d.corp_id = $1 AND d.customer_b = r.id AND d.together) n)
  SELECT id FROM reach`;

/** A contact of WeCom has one external_userid, also where no other system told it. */
const HOLDINGS = `
  SELECT DISTINCT i.customer_id AS "customerId", i.kind, i.namespace, i.value_id AS "valueId"
    FROM customers.identifiers i
   CROSS JOIN LATERAL (SELECT i.value_id) v
   WHERE i.corp_id = $1 AND i.customer_id = ANY($2::uuid[]) AND ${MAY_LINK}
     AND EXISTS (${HOLDERS_OF_LINKING_VALUE})
  UNION ALL
  SELECT c.id, 'external_userid', '', c.id FROM customers.customers c
   WHERE c.corp_id = $1 AND c.id = ANY($2::uuid[]) AND c.external_user_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM customers.identifiers i WHERE i.corp_id = $1 AND i.customer_id = c.id
                        AND i.kind = 'external_userid' AND i.source = 'wecom')`;
