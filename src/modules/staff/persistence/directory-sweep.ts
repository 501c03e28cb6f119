import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { MissingCount } from '../../../platform/sync/sync.js';

/** What a pass that began at `startedAt` has not seen. Entries that an event fetched since then have been seen. */
@Injectable()
export class DirectorySweep {
  constructor(private readonly database: Database) {}

  async listUnseen(startedAt: Date): Promise<{ userIds: string[]; departmentIds: number[] }> {
    const scope = [this.database.corpId, startedAt];
    const staff = await this.database.query<{ id: string }>(
      `SELECT staff_user_id AS id FROM staff.staff WHERE corp_id = $1 AND left_at IS NULL AND fetched_at < $2`,
      scope,
    );
    const departments = await this.database.query<{ id: number }>(
      `SELECT department_id AS id FROM staff.departments
        WHERE corp_id = $1 AND deleted_at IS NULL AND fetched_at < $2`,
      scope,
    );
    return { userIds: staff.map(({ id }) => id), departmentIds: departments.map(({ id }) => id) };
  }

  async countMissing(startedAt: Date): Promise<Record<string, MissingCount>> {
    const scope = [this.database.corpId, startedAt];
    const staff = await this.database.one<MissingCount>(
      `SELECT count(*) FILTER (WHERE fetched_at < $2) AS missing, count(*) AS of
         FROM staff.staff WHERE corp_id = $1 AND left_at IS NULL`,
      scope,
    );
    const departments = await this.database.one<MissingCount>(
      `SELECT count(*) FILTER (WHERE fetched_at < $2) AS missing, count(*) AS of
         FROM staff.departments WHERE corp_id = $1 AND deleted_at IS NULL`,
      scope,
    );
    return { staff, departments };
  }

  async endMissing(startedAt: Date): Promise<number> {
    const scope = [this.database.corpId, startedAt];
    const staff = await this.database.execute(
      `UPDATE staff.staff SET left_at = clock_timestamp(), status = 'left', is_follow_user = false
        WHERE corp_id = $1 AND left_at IS NULL AND fetched_at < $2`,
      scope,
    );
    const departments = await this.database.execute(
      `UPDATE staff.departments SET deleted_at = clock_timestamp()
        WHERE corp_id = $1 AND deleted_at IS NULL AND fetched_at < $2`,
      scope,
    );
    return staff + departments;
  }
}
