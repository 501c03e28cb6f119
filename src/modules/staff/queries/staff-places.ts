import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { staffUserKey } from '../domain/staff.js';

/** A member with the departments above him. */
export interface PlacedStaff {
  readonly staffId: string;
  readonly name: string | null;
  /** His own, the main one first, then those above them, the nearest first; each once. */
  readonly departments: readonly { readonly departmentId: number; readonly name: string | null }[];
}

/** WeCom allows 15 levels (page 90205); a cycle of stale parents ends here. */
const LEVELS_MAX = 20;

const FIND = {
  name: 'staff-place',
  text: `WITH RECURSIVE member AS (
         SELECT id, name FROM staff.staff WHERE corp_id = $1 AND staff_user_key = $2 AND renamed_to IS NULL
       ), above AS (
         SELECT p.department_id, p.is_main, 0 AS distance
           FROM member m JOIN staff.staff_departments p ON p.corp_id = $1 AND p.staff_id = m.id
         UNION
         SELECT d.parent_id, a.is_main, a.distance + 1
           FROM above a JOIN staff.departments d ON d.corp_id = $1 AND d.department_id = a.department_id
          WHERE d.parent_id > 0 AND a.distance < $3
       )
       SELECT m.id AS "staffId", m.name, a.department_id AS "departmentId", d.name AS "departmentName"
         FROM member m LEFT JOIN above a ON true
         LEFT JOIN staff.departments d ON d.corp_id = $1 AND d.department_id = a.department_id
        ORDER BY a.distance, a.is_main DESC, a.department_id`,
};

@Injectable()
export class StaffPlaces {
  constructor(private readonly database: Database) {}

  /** Undefined when the directory does not know the member (yet). */
  async find(staffUserId: string): Promise<PlacedStaff | undefined> {
    const rows = await this.database.query<{
      staffId: string;
      name: string | null;
      departmentId: number | null;
      departmentName: string | null;
    }>(FIND, [this.database.corpId, staffUserKey(staffUserId), LEVELS_MAX]);
    const [first] = rows;
    if (!first) return undefined;
    const departments = new Map<number, { departmentId: number; name: string | null }>();
    for (const { departmentId, departmentName } of rows) {
      if (departmentId === null || departments.has(departmentId)) continue;
      departments.set(departmentId, { departmentId, name: departmentName });
    }
    return { staffId: first.staffId, name: first.name, departments: [...departments.values()] };
  }

  async hasDepartment(departmentId: number): Promise<boolean> {
    const row = await this.database.maybeOne<object>(
      'SELECT 1 FROM staff.departments WHERE corp_id = $1 AND department_id = $2 AND deleted_at IS NULL',
      [this.database.corpId, departmentId],
    );
    return row !== undefined;
  }

  /** By the member's own id, which a changed userid keeps. */
  async userIdsOf(staffIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ id: string; userId: string }>(
      `SELECT id, staff_user_id AS "userId" FROM staff.staff WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
      [this.database.corpId, staffIds],
    );
    return new Map(rows.map(({ id, userId }) => [id, userId]));
  }
}
