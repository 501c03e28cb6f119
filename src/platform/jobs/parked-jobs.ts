import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { jobsErrors } from './jobs.errors.js';

/** A job that failed as often as it may. */
export interface ParkedJob {
  /** Digits. */
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  /** Codes and ids, see `describeFailure`; absent when each attempt died with its process. */
  readonly lastError: string | undefined;
  readonly createdAt: Date;
}

/**
 * The queue's tables have no tenant wall: the corp in the payload, compared here with the corp of the unit of work, IS
 * the wall. Jobs without a corp are nobody's and are not shown. The partial index of `installJobTables` leads.
 */
const PARKED_OF_CORP = `NOT j.is_available AND j.locked_at IS NULL AND j.payload ->> 'corpId' = $1::text`;

/** Up to 18 digits: any of them fits a bigint. */
const JOB_ID = /^\d{1,18}$/;

@Injectable()
export class ParkedJobs {
  constructor(private readonly database: Database) {}

  /** Newest first. @param beforeId the last id of the page before. */
  async list(limit: number, beforeId?: string): Promise<ParkedJob[]> {
    const rows = await this.database.query<Omit<ParkedJob, 'lastError'> & { lastError: string | null }>(
      `SELECT j.id::text AS id, t.identifier AS name, j.attempts, j.last_error AS "lastError", j.created_at AS "createdAt"
         FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id
        WHERE ${PARKED_OF_CORP} AND ($2::bigint IS NULL OR j.id < $2::bigint)
        ORDER BY j.id DESC LIMIT $3`,
      [this.database.corpId, beforeId ?? null, limit],
    );
    return rows.map((row) => ({ ...row, lastError: row.lastError ?? undefined }));
  }

  /**
   * Gives the job all its attempts again, at once.
   * @throws jobs.not_found when it is not parked (any more), or belongs to another corp.
   */
  async replay(id: string): Promise<void> {
    if (!JOB_ID.test(id)) throw jobsErrors.not_found(); // what is not an id names nothing
    const replayed = await this.database.execute(
      `UPDATE graphile_worker._private_jobs j
          SET attempts = 0, last_error = NULL, run_at = clock_timestamp(), updated_at = clock_timestamp()
        WHERE j.id = $2::bigint AND ${PARKED_OF_CORP}`,
      [this.database.corpId, id],
    );
    if (replayed === 0) throw jobsErrors.not_found();
  }

  /** The same for all of this name, whatever their corps. In a unit of work without a corp, as a schedule has it. @returns how many. */
  async replayAll(name: string): Promise<number> {
    return this.database.execute(
      `UPDATE graphile_worker._private_jobs j
          SET attempts = 0, last_error = NULL, run_at = clock_timestamp(), updated_at = clock_timestamp()
         FROM graphile_worker._private_tasks t
        WHERE t.identifier = $1 AND j.task_id = t.id AND NOT j.is_available AND j.locked_at IS NULL`,
      [name],
    );
  }
}
