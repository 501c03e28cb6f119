import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type {
  DowngradePolicy,
  Level,
  LevelRules,
  LevelTable,
  LevelTableState,
} from '../domain/level-table.js';

interface StoredTable {
  readonly id: string;
  readonly programId: string;
  readonly programKey: string;
  readonly timeZone: string;
  readonly version: number;
  readonly state: LevelTableState;
  readonly levels: Level[];
  readonly policy: DowngradePolicy;
  readonly periodMonths: number | null;
  readonly graceDays: number;
  readonly noticeDays: number;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

/** Inside an open unit of work. */
@Injectable()
export class LevelTableStore {
  constructor(private readonly database: Database) {}

  /** Two at once wait for each other on the program's row, so versions have no gap. @returns its version. */
  async insert(
    id: string,
    programId: string,
    rules: Omit<LevelRules, 'timeZone'>,
    createdAt: Date,
  ): Promise<number> {
    const { corpId } = this.database;
    await this.database.query(
      'SELECT 1 AS one FROM loyalty.programs WHERE corp_id = $1 AND id = $2 FOR NO KEY UPDATE',
      [corpId, programId],
    );
    const { version } = await this.database.one<{ version: number }>(
      `INSERT INTO loyalty.level_tables (corp_id, id, program_id, version, state, levels, policy, period_months, grace_days,
              notice_days, created_at)
       SELECT $1, $2, $3, coalesce(max(version), 0) + 1, 'draft', $4, $5, $6, $7, $8, $9
         FROM loyalty.level_tables WHERE corp_id = $1 AND program_id = $3
       RETURNING version`,
      [
        corpId,
        id,
        programId,
        JSON.stringify(rules.levels),
        rules.policy,
        rules.period.kind === 'months' ? rules.period.months : null,
        rules.graceDays,
        rules.noticeDays,
        createdAt,
      ],
    );
    return version;
  }

  async find(id: string): Promise<LevelTable | undefined> {
    const row = await this.database.maybeOne<StoredTable>(`${SELECT} AND t.id = $2`, [
      this.database.corpId,
      id,
    ]);
    return row && toTable(row);
  }

  /** By program. */
  async active(programIds: readonly string[]): Promise<Map<string, LevelTable>> {
    const rows = await this.database.query<StoredTable>(
      `${SELECT} AND t.program_id = ANY ($2::uuid[]) AND t.state = 'active'`,
      [this.database.corpId, programIds],
    );
    return new Map(rows.map((row) => [row.programId, toTable(row)]));
  }

  /** Programs that have levels. */
  async listActivePrograms(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT program_id AS id FROM loyalty.level_tables WHERE corp_id = $1 AND state = 'active' ORDER BY program_id`,
      [this.database.corpId],
    );
    return rows.map(({ id }) => id);
  }

  /** The newest version first. */
  async list(
    programId: string,
    before: { version: number } | undefined,
    limit: number,
  ): Promise<LevelTable[]> {
    const rows = await this.database.query<StoredTable>(
      `${SELECT} AND t.program_id = $2 AND ($3::int IS NULL OR t.version < $3) ORDER BY t.version DESC LIMIT $4`,
      [this.database.corpId, programId, before?.version ?? null, limit],
    );
    return rows.map(toTable);
  }

  /** Whoever reads the active table of these programs to place members keeps it in force until he commits. */
  async holdActive(programIds: readonly string[]): Promise<void> {
    for (const key of programIds.toSorted()) {
      await this.database.query('SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [
        lockKey(key),
      ]);
    }
  }

  /** Waits for all who place members by the version of before. */
  async activate(table: Pick<LevelTable, 'id' | 'programId'>, at: Date): Promise<void> {
    const { corpId } = this.database;
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      lockKey(table.programId),
    ]);
    await this.database.execute(
      `UPDATE loyalty.level_tables SET state = 'retired' WHERE corp_id = $1 AND program_id = $2 AND state = 'active' AND id <> $3`,
      [corpId, table.programId, table.id],
    );
    await this.database.execute(
      `UPDATE loyalty.level_tables SET state = 'active', activated_at = $3
        WHERE corp_id = $1 AND id = $2 AND state = 'draft'`,
      [corpId, table.id, at],
    );
  }
}

const lockKey = (programId: string): string => `loyalty.levels ${programId}`;

const SELECT = `
  SELECT t.id, t.program_id AS "programId", p.key AS "programKey", p.time_zone AS "timeZone", t.version, t.state, t.levels,
         t.policy, t.period_months AS "periodMonths", t.grace_days AS "graceDays", t.notice_days AS "noticeDays",
         t.created_at AS "createdAt", t.activated_at AS "activatedAt"
    FROM loyalty.level_tables t
    JOIN loyalty.programs p ON p.corp_id = t.corp_id AND p.id = t.program_id
   WHERE t.corp_id = $1`;

function toTable({ periodMonths, ...row }: StoredTable): LevelTable {
  const period =
    periodMonths === null
      ? ({ kind: 'calendar_year' } as const)
      : ({ kind: 'months', months: periodMonths } as const);
  return { ...row, period };
}
