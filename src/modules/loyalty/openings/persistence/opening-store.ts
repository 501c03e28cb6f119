import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Opening, OpeningState } from '../domain/opening.js';

const COLUMNS = `id, program_id AS "programId", name, state, dry_run AS "dryRun", expected_rows AS "expectedRows",
  expected_points AS "expectedPoints", staged_rows AS "stagedRows", staged_points AS "stagedPoints",
  operation_id AS "operationId", cursor, booked_rows AS "bookedRows", booked_points AS "bookedPoints",
  repeated_rows AS "repeatedRows", refused_rows AS "refusedRows", error_code AS "errorCode", created_at AS "createdAt",
  finished_at AS "finishedAt"`;

export type NewOpening = Pick<Opening, 'programId' | 'name' | 'expectedRows' | 'expectedPoints'>;

export interface StepSums {
  readonly booked: number;
  readonly points: number;
  readonly repeated: number;
  readonly refused: number;
}

/** Imports of opening balances. Inside an open unit of work. */
@Injectable()
export class OpeningStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  insert({ programId, name, expectedRows, expectedPoints }: NewOpening): Promise<Opening> {
    return this.database.one<Opening>(
      `INSERT INTO loyalty.openings (corp_id, id, program_id, name, state, dry_run, expected_rows, expected_points,
              staged_rows, staged_points, cursor, booked_rows, booked_points, repeated_rows, refused_rows, created_at)
       VALUES ($1, $2, $3, $4, 'staging', false, $5, $6, 0, 0, 0, 0, 0, 0, 0, $7) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        programId,
        name,
        expectedRows,
        expectedPoints,
        this.clock.now(),
      ],
    );
  }

  find(id: string): Promise<Opening | undefined> {
    return this.database.maybeOne<Opening>(
      `SELECT ${COLUMNS} FROM loyalty.openings WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** So that of two who change the same import one waits. */
  lock(id: string): Promise<Opening | undefined> {
    return this.database.maybeOne<Opening>(
      `SELECT ${COLUMNS} FROM loyalty.openings WHERE corp_id = $1 AND id = $2 FOR UPDATE`,
      [this.database.corpId, id],
    );
  }

  findByOperation(operationId: string): Promise<Opening | undefined> {
    return this.database.maybeOne<Opening>(
      `SELECT ${COLUMNS} FROM loyalty.openings WHERE corp_id = $1 AND operation_id = $2`,
      [this.database.corpId, operationId],
    );
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<Opening[]> {
    return this.database.query<Opening>(
      `SELECT ${COLUMNS} FROM loyalty.openings
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  async noteStaged(id: string, rows: number, points: number): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.openings SET state = 'staging', staged_rows = staged_rows + $3, staged_points = staged_points + $4
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, rows, points],
    );
  }

  /** From the first row on; the counts of the run before go. */
  begin(id: string, operationId: string, dryRun: boolean): Promise<Opening> {
    return this.database.one<Opening>(
      `UPDATE loyalty.openings SET state = 'running', operation_id = $3, dry_run = $4, cursor = 0, booked_rows = 0,
              booked_points = 0, repeated_rows = 0, refused_rows = 0, error_code = NULL, finished_at = NULL
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, operationId, dryRun],
    );
  }

  beginReversal(id: string, operationId: string): Promise<Opening> {
    return this.database.one<Opening>(
      `UPDATE loyalty.openings SET state = 'reversing', operation_id = $3, error_code = NULL, finished_at = NULL
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [this.database.corpId, id, operationId],
    );
  }

  /** The rows up to `cursor` are done: in the transaction that did them, so that nothing is done twice or left out. */
  async advance(id: string, cursor: number, sums: StepSums): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.openings SET cursor = $3, booked_rows = booked_rows + $4, booked_points = booked_points + $5,
              repeated_rows = repeated_rows + $6, refused_rows = refused_rows + $7
        WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id, cursor, sums.booked, sums.points, sums.repeated, sums.refused],
    );
  }

  /** @returns false when it is not in the state that ends (any more). */
  async finish(
    id: string,
    from: OpeningState,
    to: OpeningState,
    errorCode: string | null = null,
  ): Promise<boolean> {
    const touched = await this.database.execute(
      `UPDATE loyalty.openings SET state = $4, error_code = $5, finished_at = $6
        WHERE corp_id = $1 AND id = $2 AND state = $3`,
      [this.database.corpId, id, from, to, errorCode, this.clock.now()],
    );
    return touched > 0;
  }
}
