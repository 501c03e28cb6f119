import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { MemberLevel } from '../domain/level-state.js';

/** A member's level, and whose it is. */
export interface StoredLevel extends MemberLevel {
  readonly programId: string;
  readonly memberId: string;
  readonly customerId: string;
  /** Grows with each change of the level. */
  readonly version: number;
}

/** Inside an open unit of work. */
@Injectable()
export class MemberLevelStore {
  constructor(private readonly database: Database) {}

  /** @returns those that were not there yet. */
  async insert(rows: readonly StoredLevel[]): Promise<Set<string>> {
    const inserted = await this.database.query<{ id: string }>(
      `INSERT INTO loyalty.member_levels (corp_id, program_id, member_id, customer_id, version, ${STATE.names})
       SELECT $1, n."programId", n."memberId", n."customerId", n.version, ${STATE.values} FROM ${RECORDS}
        ORDER BY n."programId", n."memberId"
       ON CONFLICT DO NOTHING RETURNING member_id AS id`,
      [this.database.corpId, JSON.stringify(rows)],
    );
    return new Set(inserted.map(({ id }) => id));
  }

  /** Locks them, in one order for everybody. Members without a level are missing. */
  lock(programId: string, memberIds: readonly string[]): Promise<StoredLevel[]> {
    return this.database.query<StoredLevel>(
      `${SELECT} AND program_id = $2 AND member_id = ANY ($3::uuid[]) ORDER BY member_id FOR NO KEY UPDATE`,
      [this.database.corpId, programId, memberIds],
    );
  }

  /** Members without a level are missing. */
  list(programId: string, memberIds: readonly string[]): Promise<StoredLevel[]> {
    return this.database.query<StoredLevel>(
      `${SELECT} AND program_id = $2 AND member_id = ANY ($3::uuid[])`,
      [this.database.corpId, programId, memberIds],
    );
  }

  find(programId: string, memberId: string): Promise<StoredLevel | undefined> {
    return this.database.maybeOne<StoredLevel>(`${SELECT} AND program_id = $2 AND member_id = $3`, [
      this.database.corpId,
      programId,
      memberId,
    ]);
  }

  /**
   * Whose clock has run out, by the index on `look_at`. Those that somebody else holds are left for the next look, so that
   * this waits for nobody, and nobody can wait for it in a circle.
   */
  lockDue(until: Date, limit: number): Promise<StoredLevel[]> {
    return this.database.query<StoredLevel>(
      `${SELECT} AND look_at <= $2 ORDER BY look_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED`,
      [this.database.corpId, until, limit],
    );
  }

  async save(rows: readonly StoredLevel[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.execute(
      `UPDATE loyalty.member_levels l SET (version, ${STATE.names}) = ROW (n.version, ${STATE.values}) FROM ${RECORDS}
        WHERE l.corp_id = $1 AND l.program_id = n."programId" AND l.member_id = n."memberId"`,
      [this.database.corpId, JSON.stringify(rows)],
    );
  }

  /** Of each of these customers that is a member of the program. */
  standing(
    programKey: string,
    customerIds: readonly string[],
  ): Promise<{ customerId: string; level: string; version: number; programId: string }[]> {
    return this.database.query(
      `SELECT l.customer_id AS "customerId", l.level, l.version, l.program_id AS "programId"
         FROM loyalty.programs p
         JOIN loyalty.members m ON m.corp_id = p.corp_id AND m.program_id = p.id
         JOIN loyalty.member_levels l ON l.corp_id = m.corp_id AND l.program_id = p.id AND l.member_id = m.id
        WHERE p.corp_id = $1 AND p.key = $2 AND m.customer_id = ANY ($3::uuid[])`,
      [this.database.corpId, programKey, customerIds],
    );
  }
}

/** Of `MemberLevel` by column. */
const COLUMNS: Record<keyof MemberLevel, [column: string, type: string]> = {
  level: ['level', 'text'],
  since: ['since', 'timestamptz'],
  changedAt: ['changed_at', 'timestamptz'],
  score: ['score', 'bigint'],
  uncounted: ['uncounted', 'bigint'],
  anchorAt: ['anchor_at', 'timestamptz'],
  periodFrom: ['period_from', 'timestamptz'],
  periodScore: ['period_score', 'bigint'],
  isTold: ['is_told', 'boolean'],
  isLocked: ['is_locked', 'boolean'],
  lockedUntil: ['locked_until', 'timestamptz'],
  benefitsUntil: ['benefits_until', 'timestamptz'],
  lookAt: ['look_at', 'timestamptz'],
};
const fields = Object.entries(COLUMNS);
const STATE = {
  names: fields.map(([, [column]]) => column).join(', '),
  values: fields.map(([field]) => `n."${field}"`).join(', '),
};
const RECORDS = `jsonb_to_recordset($2::jsonb) AS n("programId" uuid, "memberId" uuid, "customerId" uuid, version bigint,
  ${fields.map(([field, [, type]]) => `"${field}" ${type}`).join(', ')})`;
const SELECT = `
  SELECT program_id AS "programId", member_id AS "memberId", customer_id AS "customerId", version,
         ${fields.map(([field, [column]]) => `${column} AS "${field}"`).join(', ')}
    FROM loyalty.member_levels WHERE corp_id = $1`;
