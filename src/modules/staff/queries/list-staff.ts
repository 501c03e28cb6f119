import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { StaffStatus } from '../domain/staff.js';
import { STAFF_COLUMNS, type StoredStaff } from '../persistence/staff-repository.js';

export interface StaffFilter {
  readonly departmentId?: number;
  readonly status?: StaffStatus;
}

@Injectable()
export class ListStaff {
  constructor(private readonly database: Database) {}

  /** In the order in which we learned of them; by primary key, and by staff_departments_department for a department. */
  list(filter: StaffFilter, after: { id: string } | undefined, limit: number): Promise<StoredStaff[]> {
    return this.database.query<StoredStaff>(
      `SELECT ${STAFF_COLUMNS} FROM staff.staff s
        WHERE s.corp_id = $1 AND s.renamed_to IS NULL
          AND ($2::uuid IS NULL OR s.id > $2)
          AND ($3::text IS NULL OR s.status = $3)
          AND ($4::bigint IS NULL OR EXISTS (
            SELECT FROM staff.staff_departments p
             WHERE p.corp_id = s.corp_id AND p.department_id = $4 AND p.staff_id = s.id))
        ORDER BY s.id LIMIT $5`,
      [this.database.corpId, after?.id ?? null, filter.status ?? null, filter.departmentId ?? null, limit],
    );
  }

  find(id: string): Promise<StoredStaff | undefined> {
    return this.database.maybeOne<StoredStaff>(
      `SELECT ${STAFF_COLUMNS} FROM staff.staff s WHERE s.corp_id = $1 AND s.id = $2 AND s.renamed_to IS NULL`,
      [this.database.corpId, id],
    );
  }
}
