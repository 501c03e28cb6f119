import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { personOf, staffCount, staffId } from '../full-sync/people.js';

/** Larger ones were not faster. */
const CUSTOMERS_PER_STATEMENT = 5_000;

type Columns = (string | number | null)[][];

/** Rows as the database takes them, column by column, their ids in ascending order as the application's. */
interface Batch {
  readonly customers: Columns;
  readonly relations: Columns;
  readonly tags: Columns;
}

export interface ReferenceRows {
  readonly batches: readonly Batch[];
  readonly staff: readonly string[];
}

/** Everything that a pass leaves in the mirror's tables, ready made. */
export function makeRows(customers: number): ReferenceRows {
  const batches: Batch[] = [];
  const ids = ascendingIds();
  for (let start = 0; start < customers; start += CUSTOMERS_PER_STATEMENT) {
    const end = Math.min(customers, start + CUSTOMERS_PER_STATEMENT);
    batches.push(makeBatch(start, end, customers, ids));
  }
  return { batches, staff: Array.from({ length: staffCount(customers) }, (_, staff) => staffId(staff)) };
}

function makeBatch(start: number, end: number, customers: number, nextId: () => string): Batch {
  const rows: Record<'customers' | 'relations' | 'tags', Columns> = {
    customers: [],
    relations: [],
    tags: [],
  };
  for (let index = start; index < end; index++) {
    const person = personOf(index, customers);
    const id = nextId();
    rows.customers.push([
      id,
      person.externalUserId,
      person.name,
      person.gender,
      person.avatar,
      person.unionId,
    ]);
    for (const { staff, followedAt, tagIds } of person.follows) {
      const relationId = nextId();
      const note = [person.remark, person.description, new Date(followedAt * 1000).toISOString()];
      rows.relations.push([relationId, id, staffId(staff), ...note, person.addWay, person.state ?? null]);
      for (const tag of tagIds) rows.tags.push([relationId, tag, id]);
    }
  }
  return { customers: turn(rows.customers), relations: turn(rows.relations), tags: turn(rows.tags) };
}

function turn(rows: Columns): Columns {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? null));
}

/** UUIDs in ascending order, as version 7 gives them. */
function ascendingIds(): () => string {
  let count = 0;
  return () =>
    `019a0000-${(count >> 16).toString(16).padStart(4, '0')}-7${(count++ & 0xfff).toString(16).padStart(3, '0')}${randomUUID().slice(18)}`;
}

/**
 * The best SQL we know for it, on one connection as the application's role: multi-row INSERT … SELECT from unnest, in
 * large statements and transactions. (All in one transaction is a trap: statistics that are taken meanwhile see no row, and
 * the checks of foreign keys then read whole tables. COPY into these tables is refused under row-level security.)
 * @returns seconds.
 */
export async function insertRows(appUrl: string, corpId: string, rows: ReferenceRows): Promise<number> {
  const client = new Client({ connectionString: appUrl });
  await client.connect();
  try {
    await client.query(
      `SET jit = off; SET plan_cache_mode = force_generic_plan; SELECT set_config('app.corp_id', '${corpId}', false)`,
    );
    const startedAt = performance.now();
    for (const { customers, relations, tags } of rows.batches) {
      await client.query('BEGIN');
      await client.query(INSERT_CUSTOMERS, [corpId, ...customers]);
      await client.query(INSERT_RELATIONS, [corpId, ...relations]);
      await client.query(INSERT_TAGS, [corpId, ...tags]);
      await client.query('COMMIT');
    }
    await client.query(INSERT_STAFF, [corpId, rows.staff]);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await client.end();
  }
}

const INSERT_CUSTOMERS = `
  INSERT INTO customers.customers (corp_id, id, external_user_id, name, type, gender, avatar_url, union_id, fetched_at,
         created_at, updated_at)
  SELECT $1, r.id, r.external_user_id, r.name, 1, r.gender, r.avatar_url, r.union_id, now(), now(), now()
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[])
      AS r(id, external_user_id, name, gender, avatar_url, union_id)`;

const INSERT_RELATIONS = `
  INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, remark, description,
         followed_at, add_way, state, operator_id, fetched_at, created_at, updated_at)
  SELECT $1, r.id, r.customer_id, r.staff, lower(r.staff), r.remark, r.description, r.followed_at, r.add_way, r.state,
         r.staff, now(), now(), now()
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::int[], $9::text[])
      AS r(id, customer_id, staff, remark, description, followed_at, add_way, state)`;

const INSERT_TAGS = `
  INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, customer_id)
  SELECT $1, r.relation_id, 'corp', r.tag, r.customer_id
    FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS r(relation_id, tag, customer_id)`;

const INSERT_STAFF = `
  INSERT INTO customers.staff_reads (corp_id, staff_key, staff_user_id, read_at)
  SELECT $1, lower(s), s, now() FROM unnest($2::text[]) AS s`;
