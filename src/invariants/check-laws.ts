import type { Client } from 'pg';
import type { CorpId } from '../platform/context/typed-id.js';
import type { Law } from './law.js';

export interface Verdict {
  readonly law: Law;
  readonly rows: number;
  readonly broken: number;
  /** One of the places where it is broken. */
  readonly place: string | null;
}

export const isShown = ({ rows }: Verdict): boolean => rows > 0;
export const holds = (verdict: Verdict): boolean => isShown(verdict) && verdict.broken === 0;

/**
 * Holds a database to the laws, over all corps, in one snapshot for each corp; writes nothing.
 * @param client of any role that may read; not inside a transaction.
 */
export async function checkLaws(
  client: Client,
  corpIds: readonly CorpId[],
  laws: readonly Law[],
): Promise<Verdict[]> {
  let verdicts = laws.map((law): Verdict => ({ law, rows: 0, broken: 0, place: null }));
  for (const corpId of corpIds) {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      const found = await lookAt(client, corpId, laws);
      verdicts = verdicts.map((before, index) => sum(before, found[index]));
    } finally {
      await client.query('ROLLBACK');
    }
  }
  return verdicts;
}

/** Breaks each law and looks whether that is found; all of it is undone. @param superuser past triggers and walls. */
export async function plantViolations(
  superuser: Client,
  corpId: CorpId,
  laws: readonly Law[],
): Promise<{ law: Law; found: boolean }[]> {
  const results: { law: Law; found: boolean }[] = [];
  for (const law of laws) {
    await superuser.query('BEGIN');
    try {
      await superuser.query('SET LOCAL session_replication_role = replica');
      for (const statement of law.plant) await superuser.query(statement);
      const [verdict] = await lookAt(superuser, corpId, [law]);
      results.push({ law, found: (verdict?.broken ?? 0) > 0 });
    } finally {
      await superuser.query('ROLLBACK');
    }
  }
  return results;
}

type Finding = Omit<Verdict, 'law'>;

async function lookAt(client: Client, corpId: CorpId, laws: readonly Law[]): Promise<Finding[]> {
  await client.query(`SELECT set_config('app.corp_id', $1, true)`, [corpId]);
  const findings: Finding[] = [];
  for (const { rows } of laws) {
    // IS NOT TRUE: what cannot be told is broken
    const result = await client.query<Finding>(
      `SELECT count(*)::int AS rows, (count(*) FILTER (WHERE ok IS NOT TRUE))::int AS broken,
              min(place) FILTER (WHERE ok IS NOT TRUE) AS place FROM (${rows}) AS examined`,
      [corpId],
    );
    findings.push(result.rows[0] ?? { rows: 0, broken: 0, place: null });
  }
  return findings;
}

function sum(before: Verdict, found: Finding | undefined): Verdict {
  if (!found) return before;
  return {
    law: before.law,
    rows: before.rows + found.rows,
    broken: before.broken + found.broken,
    place: before.place ?? found.place,
  };
}
