import type { ExportedRows } from './exported-table.js';

/** What becomes of a table's rows when a person is erased. */
export type Erasure =
  | 'delete'
  /** Holds no personal value beyond our own ids and amounts, and another ledger counts on it. */
  | 'stays'
  /** The row stays, these columns lose what they hold: an SQL SET list. */
  | { readonly blank: string };

export interface PersonTable extends ExportedRows {
  readonly erasure: Erasure;
}

const OF_CUSTOMERS = 't.customer_id = ANY($2::uuid[])';
const OF_PAIRS = '(t.customer_a = ANY($2::uuid[]) OR t.customer_b = ANY($2::uuid[]))';
const OF_RELATIONS = `t.relation_id IN (
  SELECT r.id FROM customers.follow_relations r WHERE r.corp_id = $1 AND r.customer_id = ANY($2::uuid[]))`;
/** Along the primary key, which begins with the gram: what search/domain/name-grams.ts makes of the names. */
const GRAMS_OF_CUSTOMERS = `${OF_CUSTOMERS} AND t.gram = ANY(ARRAY(
  SELECT substr(line, at, size) COLLATE "C" FROM customers.search_names n, unnest(string_to_array(n.names, E'\\n')) AS line,
         generate_series(1, length(line)) AS at, generate_series(1, 2) AS size
   WHERE n.corp_id = $1 AND n.customer_id = ANY($2::uuid[])))`;

/**
 * Every table of this module that holds something of a customer, in the order of erasure: what points at a row goes before
 * it, and the customers come last. A contract test finds each table with a column that names a customer, a relation or
 * WeCom's id and that is missing here.
 */
export const PERSON_TABLES: readonly PersonTable[] = [
  { name: 'customers.identifiers', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.person_links', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.person_decisions', rows: OF_PAIRS, erasure: 'delete' },
  { name: 'customers.identity_cases', rows: OF_PAIRS, erasure: 'delete' },

  { name: 'customers.field_items', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.field_history', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.field_values', rows: OF_CUSTOMERS, erasure: 'delete' },
  // a version that begins again would let an old If-Match pass; and whoever comes later finds that nothing is wanted
  {
    name: 'customers.profiles',
    rows: OF_CUSTOMERS,
    erasure: { blank: 'version = t.version + 1, erased_at = statement_timestamp()' },
  },
  { name: 'customers.consents', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.blacklist_entries', rows: OF_CUSTOMERS, erasure: 'delete' },

  { name: 'customers.name_grams', rows: GRAMS_OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.search_names', rows: OF_CUSTOMERS, erasure: 'delete' },

  { name: 'customers.timeline_entries', rows: OF_CUSTOMERS, erasure: 'delete' },
  // level, balance and count of coupons, which their ledgers still hold
  { name: 'customers.announced', rows: OF_CUSTOMERS, erasure: 'stays' },

  // an order that is told again is still told already, and sums stay sums
  {
    name: 'customers.behaviour_keys',
    rows: `(t.source, t.external_id) IN (SELECT e.source, e.external_id FROM customers.behaviour_events e
             WHERE e.corp_id = $1 AND e.customer_id = ANY($2::uuid[]))`,
    erasure: 'stays',
  },
  { name: 'customers.behaviour_revisions', rows: OF_CUSTOMERS, erasure: { blank: `data = '{}'` } },
  { name: 'customers.behaviour_events', rows: OF_CUSTOMERS, erasure: { blank: `data = '{}'` } },
  {
    name: 'customers.tracked_links',
    rows: OF_CUSTOMERS,
    erasure: { blank: 'customer_id = NULL, title = NULL' },
  },

  {
    name: 'customers.handover_items',
    rows: `t.subject = 'customer' AND t.wecom_id IN (SELECT c.external_user_id FROM customers.customers c
             WHERE c.corp_id = $1 AND c.id = ANY($2::uuid[]))`,
    erasure: 'delete',
  },
  { name: 'customers.relation_history', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.remark_writes', rows: OF_RELATIONS, erasure: 'delete' },
  { name: 'customers.relation_tags', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.relation_phones', rows: OF_CUSTOMERS, erasure: 'delete' },
  { name: 'customers.follow_relations', rows: OF_CUSTOMERS, erasure: 'delete' },
  {
    name: 'customers.customers',
    rows: 't.id = ANY($2::uuid[])',
    erasure: {
      blank: `external_user_id = NULL, name = NULL, type = NULL, gender = NULL, avatar_url = NULL, union_id = NULL,
        position = NULL, corp_name = NULL, corp_full_name = NULL, fetched_at = NULL, detail_fetched_at = NULL,
        updated_at = statement_timestamp()`,
    },
  },
];
