import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { FieldValue } from '../domain/field-definition.js';
import { parseFieldValue } from '../domain/field-value.js';
import { BUILTIN_FIELDS } from '../domain/builtin-fields.js';
import type { ToldValue } from '../domain/golden-record.js';

/** What the mirror may say of each customer. No stored value of these tells alone which one shows. */
export const MIRRORED_FIELDS = [
  'name',
  'gender',
  'position',
  'corp_name',
  'avatar_url',
  'add_way',
  'source_channel',
  'responsible_staff',
] as const;

/** A row of the statement below. */
export interface Facts {
  readonly customerId: string;
  readonly fetchedAtMs: number;
  readonly name: string | null;
  readonly gender: number | null;
  readonly position: string | null;
  readonly corp_name: string | null;
  readonly avatar_url: string | null;
  /** Of the first relation, and of the one that began last among those that hold. */
  readonly add_way: number | null;
  readonly source_channel: string | null;
  readonly responsible_staff: string | null;
}

const GENDERS: Record<number, string | undefined> = { 1: 'male', 2: 'female' };

/** Also part of a larger statement. $1 is the corp, $2 the customers. Along the primary key and the unique key (corp_id, customer_id, staff_key) of the relations. */
export const FACTS = {
  name: 'customers.mirror_facts',
  text: `
  SELECT c.id AS "customerId", (extract(epoch FROM coalesce(c.fetched_at, c.created_at)) * 1000)::float8 AS "fetchedAtMs",
         c.name, c.gender, c.position, c.corp_name, c.avatar_url, f.add_way, f.state AS source_channel,
         s.staff_user_id AS responsible_staff
    FROM customers.customers c
    LEFT JOIN LATERAL (SELECT r.add_way, r.state FROM customers.follow_relations r
          WHERE r.corp_id = $1 AND r.customer_id = c.id ORDER BY r.followed_at NULLS LAST, r.id LIMIT 1) f ON true
    LEFT JOIN LATERAL (SELECT r.staff_user_id FROM customers.follow_relations r
          WHERE r.corp_id = $1 AND r.customer_id = c.id AND r.ended_at IS NULL
          ORDER BY r.followed_at DESC NULLS LAST, r.id LIMIT 1) s ON true
   WHERE c.corp_id = $1 AND c.id = ANY($2::uuid[])`,
};

/** What WeCom says of customers, as values of the source `wecom`: read from the mirror, not copied. */
@Injectable()
export class MirrorFacts {
  constructor(private readonly database: Database) {}

  /** @returns nothing for a customer that does not exist, an empty list for one of whom WeCom says nothing. */
  async of(customerIds: readonly string[]): Promise<Map<string, ToldValue[]>> {
    const rows = await this.database.query<Facts>(FACTS, [this.database.corpId, customerIds]);
    return toldByMirror(rows);
  }
}

/** What was read, by customer. */
export function toldByMirror(rows: readonly Facts[]): Map<string, ToldValue[]> {
  return new Map(rows.map((facts) => [facts.customerId, valuesOf(facts)]));
}

const fieldOf = new Map(BUILTIN_FIELDS.map((field) => [field.key, field]));

function valuesOf(facts: Facts): ToldValue[] {
  const { customerId, fetchedAtMs } = facts;
  return MIRRORED_FIELDS.flatMap((field) => {
    const raw = field === 'gender' ? (GENDERS[facts.gender ?? 0] ?? null) : facts[field];
    const value = shownValue(field, raw);
    if (value === undefined) return [];
    const told = {
      customerId,
      field,
      source: 'wecom',
      value,
      confidence: 100,
      observedAtMs: fetchedAtMs,
    } as const;
    return [{ ...told, writtenAtMs: fetchedAtMs, writtenBy: 'wecom' }];
  });
}

/** In the form that a written value has; what would not fit (a name of spaces) is no value. */
function shownValue(key: string, raw: unknown): FieldValue | undefined {
  const field = fieldOf.get(key);
  if (!field || raw === null) return undefined;
  const parsed = parseFieldValue(field, raw);
  return parsed.ok ? parsed.value : undefined;
}
