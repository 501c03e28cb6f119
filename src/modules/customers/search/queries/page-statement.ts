import { CUSTOMER_COLUMNS } from '../../contacts/queries/list-customers.js';
import type { Condition, Rows } from './condition.js';

/** Instead of a source: along the customers themselves. */
export const WALK = -1;

const EVERYBODY: Rows = { from: 'customers.customers w', id: 'w.id', where: ['w.corp_id = $1'] };

export interface Place {
  /** Expressions with ids: nobody outside is looked at. */
  readonly after: string | undefined;
  readonly before: string | undefined;
  readonly newest: boolean;
  readonly limit: string;
  /** So many customers a page looks at. */
  readonly scannedMax: number;
}

/**
 * Reads the ids of one source in their order, checks the other conditions by their keys and looks up by the primary key who is
 * left: LIMIT 1 in the laterals keeps the planner from turning the lookups into scans of whole tables. The row that
 * reaches `scannedMax` comes even when nobody is found there, to say where the next page goes on.
 */
export function pageStatement(conditions: readonly Condition[], by: number, place: Place): string {
  const sources = conditions.flatMap((condition) => condition.sources);
  const along = sources[by] ?? EVERYBODY;
  const checks = conditions.map(({ check }) => check).filter((check) => check !== along);
  const expressions = checks.filter((check) => typeof check === 'string');
  const lookups = checks.filter((check) => typeof check !== 'string').map(lookup);
  return `SELECT f.*, s.id AS "scannedId", s.n AS scanned
    FROM (${scan(along, place)}) s
    LEFT JOIN LATERAL (
      SELECT ${CUSTOMER_COLUMNS} FROM (SELECT s.id AS id) l0 ${lookups.join(' ')}
        JOIN customers.customers c ON c.corp_id = $1 AND c.id = l${lookups.length}.id
       ${expressions.length > 0 ? `WHERE ${expressions.join(' AND ')}` : ''} LIMIT 1) f ON true
   WHERE f.id IS NOT NULL OR s.n = ${place.scannedMax}
   ORDER BY s.id ${orderOf(place)} LIMIT ${place.limit}`;
}

function scan({ from, id, where }: Rows, place: Place): string {
  const order = orderOf(place);
  const bounds = [
    ...(place.after ? [`${id} > ${place.after}`] : []),
    ...(place.before ? [`${id} < ${place.before}`] : []),
  ];
  const all = [...where, ...bounds];
  return `SELECT id, row_number() OVER (ORDER BY id ${order})::int AS n
            FROM (SELECT DISTINCT ${id} AS id FROM ${from} ${all.length > 0 ? `WHERE ${all.join(' AND ')}` : ''}) d
           ORDER BY id ${order} LIMIT ${place.scannedMax}`;
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
