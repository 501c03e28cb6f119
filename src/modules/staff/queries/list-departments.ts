import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { DEPARTMENT_COLUMNS, type StoredDepartment } from '../persistence/department-repository.js';

@Injectable()
export class ListDepartments {
  constructor(private readonly database: Database) {}

  /** Live departments by number; by primary key. */
  list(after: { departmentId: number } | undefined, limit: number): Promise<StoredDepartment[]> {
    return this.database.query<StoredDepartment>(
      `SELECT ${DEPARTMENT_COLUMNS} FROM staff.departments
        WHERE corp_id = $1 AND deleted_at IS NULL AND department_id > $2 ORDER BY department_id LIMIT $3`,
      [this.database.corpId, after?.departmentId ?? -1, limit],
    );
  }
}
