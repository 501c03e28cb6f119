import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { Department } from '../domain/department.js';

export interface StoredDepartment extends Department {
  readonly fetchedAt: Date;
}

export const DEPARTMENT_COLUMNS = `department_id AS "departmentId", name, parent_id AS "parentId",
  sort_order AS "sortOrder", leader_user_ids AS "leaderUserIds", deleted_at AS "deletedAt", fetched_at AS "fetchedAt"`;

@Injectable()
export class DepartmentRepository {
  constructor(private readonly database: Database) {}

  /** In the order of their numbers, so that two transactions never wait for each other. */
  lock(departmentIds: readonly number[]): Promise<StoredDepartment[]> {
    return this.database.query<StoredDepartment>(
      `SELECT ${DEPARTMENT_COLUMNS} FROM staff.departments
        WHERE corp_id = $1 AND department_id = ANY($2::bigint[]) ORDER BY department_id FOR UPDATE`,
      [this.database.corpId, departmentIds],
    );
  }

  /** An older reading never overwrites a newer one. */
  async save(departments: readonly Department[], fetchedAt: Date): Promise<void> {
    await this.database.execute(
      `INSERT INTO staff.departments AS d
              (corp_id, department_id, name, parent_id, sort_order, leader_user_ids, deleted_at, fetched_at)
       SELECT $1, n."departmentId", n.name, n."parentId", n."sortOrder", n."leaderUserIds", n."deletedAt", $3
         FROM jsonb_to_recordset($2::jsonb) AS n("departmentId" bigint, name text, "parentId" bigint,
              "sortOrder" bigint, "leaderUserIds" text[], "deletedAt" timestamptz)
        ORDER BY 2
       ON CONFLICT (corp_id, department_id) DO UPDATE SET
              name = excluded.name, parent_id = excluded.parent_id, sort_order = excluded.sort_order,
              leader_user_ids = excluded.leader_user_ids, deleted_at = excluded.deleted_at,
              fetched_at = excluded.fetched_at
        WHERE d.fetched_at <= excluded.fetched_at`,
      [this.database.corpId, JSON.stringify(departments), fetchedAt],
    );
  }

  async renameLeader(userId: string, newUserId: string): Promise<void> {
    await this.database.execute(
      `UPDATE staff.departments SET leader_user_ids = array_replace(leader_user_ids, $2, $3)
        WHERE corp_id = $1 AND $2 = ANY(leader_user_ids)`,
      [this.database.corpId, userId, newUserId],
    );
  }
}
