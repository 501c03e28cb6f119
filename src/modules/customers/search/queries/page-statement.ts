import { CUSTOMER_COLUMNS } from '../../contacts/queries/list-customers.js';
import type { Condition, Rows } from './condition.js';

/** Instead of a source: along the customers themselves. */
export const WALK = -1;

export const EVERYBODY: Rows = {
  from: 'customers.customers w',
  id: 'w.id',
  where: ['w.corp_id = $1'],
  inOrder: true,
};

export interface Place {
  /** Expressions with ids: nobody outside is looked at. */
  readonly after: string | undefined;
  readonly before: string | undefined;
  readonly newest: boolean;
  readonly limit: number;
  /** So many customers a page looks at. */
  readonly scannedMax: number;
}

/** The ids of one source in their order; whoever is found by other conditions, too. */
export function pageStatement(conditions: readonly Condition[], by: number, place: Place): string {
  const along = conditions.flatMap((condition) => condition.sources)[by] ?? EVERYBODY;
  const others = conditions.filter(
    ({ check, sources }) => check !== along && !(along.also && sources.includes(along)),
  );
  return others.length > 0 || along.also ? checkedPage(along, others, place) : plainPage(along, place);
}

/** All that are read are found. */
function plainPage(along: Rows, place: Place): string {
  const order = orderOf(place);
  return `SELECT ${CUSTOMER_COLUMNS}, s.id AS "scannedId"
    FROM (SELECT DISTINCT id FROM (${rowsOf(along, place)}) r ORDER BY id ${order} LIMIT ${place.limit}) s
    LEFT JOIN customers.customers c ON c.corp_id = $1 AND c.id = s.id
   ORDER BY s.id ${order}`;
}

/**
 * Checks the other conditions by their keys and looks up by the primary key who is left: LIMIT 1 in the laterals keeps the
 * planner from turning the lookups into scans of whole tables. The row that reaches `scannedMax` comes even when nobody
 * is found there, to say where the next page goes on.
 */
function checkedPage(along: Rows, others: readonly Condition[], place: Place): string {
  const checks = others.map(({ check }) => check);
  const expressions = checks.filter((check) => typeof check === 'string');
  const lookups = checks.filter((check) => typeof check !== 'string').map(lookup);
  const all = [...(along.also ? [alsoHolds(along, along.also, place)] : []), ...expressions];
  return `SELECT f.*, s.id AS "scannedId", s.n AS scanned
    FROM (${along.also ? scanWithHits(along, along.also, place) : scan(along, place)}) s
    LEFT JOIN LATERAL (
      SELECT ${CUSTOMER_COLUMNS} FROM (SELECT s.id AS id) l0 ${lookups.join(' ')}
        JOIN customers.customers c ON c.corp_id = $1 AND c.id = l${lookups.length}.id
       ${all.length > 0 ? `WHERE ${all.join(' AND ')}` : ''} LIMIT 1) f ON true
   WHERE f.id IS NOT NULL OR s.n = ${place.scannedMax}
   ORDER BY s.id ${orderOf(place)} LIMIT ${place.limit}`;
}

function scan(along: Rows, place: Place): string {
  const order = orderOf(place);
  return `SELECT id, row_number() OVER (ORDER BY id ${order})::int AS n
            FROM (SELECT DISTINCT id FROM (${rowsOf(along, place)}) r) d
           ORDER BY id ${order} LIMIT ${place.scannedMax}`;
}

/** Counts rows and not customers, because only then does the planner read no more of them. */
function scanWithHits(along: Rows, also: readonly string[], place: Place): string {
  const order = orderOf(place);
  const { from, id, where } = withBounds(along, place);
  return `SELECT id, bool_or(hit) AS hit, max(n)::int AS n
            FROM (SELECT ${id} AS id, ${also.join(' AND ')} AS hit, row_number() OVER (ORDER BY ${id} ${order}) AS n
                    FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${id} ${order} LIMIT ${place.scannedMax}) r
           GROUP BY id ORDER BY id ${order}`;
}

/** The last row may not be the last one of its customer: there all of them are asked. */
function alsoHolds({ from, id, where }: Rows, also: readonly string[], { scannedMax }: Place): string {
  const rows = [...where, ...also, `${id} = s.id`].join(' AND ');
  return `(s.hit OR s.n = ${scannedMax} AND EXISTS (SELECT FROM ${from} WHERE ${rows}))`;
}

/** What is in no order is read as a whole before it is sorted: OFFSET 0 keeps the planner from hoping to find enough along another index. */
function rowsOf(along: Rows, place: Place): string {
  const { from, id, where } = withBounds(along, place);
  return `SELECT ${id} AS id FROM ${from} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
    ${along.inOrder ? '' : 'OFFSET 0'}`;
}

function withBounds({ from, id, where }: Rows, { after, before }: Place): Rows {
  const bounds = [...(after ? [`${id} > ${after}`] : []), ...(before ? [`${id} < ${before}`] : [])];
  return { from, id, where: [...where, ...bounds] };
}

function orderOf({ newest }: Place): string {
  return newest ? 'DESC' : 'ASC';
}

/** Each asks for the id that the one before found, so they run in turn and the customer is read last. */
function lookup({ from, id, where }: Rows, index: number): string {
  const before = `l${index}.id`;
  return `CROSS JOIN LATERAL (
    SELECT ${before} FROM ${from} WHERE ${[...where, `${id} = ${before}`].join(' AND ')} LIMIT 1) l${index + 1}`;
}
