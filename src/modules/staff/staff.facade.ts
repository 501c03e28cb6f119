import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { staffUserKey } from './domain/staff.js';
import { type PlacedStaff, StaffPlaces } from './queries/staff-places.js';

/** What other modules may ask about staff. Inside an open unit of work. */
@Injectable()
export class StaffDirectory {
  constructor(
    private readonly database: Database,
    private readonly places: StaffPlaces,
  ) {}

  /** The member with his departments and those above them; undefined when the directory does not know him (yet). */
  find(staffUserId: string): Promise<PlacedStaff | undefined> {
    return this.places.find(staffUserId);
  }

  /** Present userids by the member's own id; unknown ones are missing. */
  userIdsOf(staffIds: readonly string[]): Promise<Map<string, string>> {
    return this.places.userIdsOf(staffIds);
  }

  hasDepartment(departmentId: number): Promise<boolean> {
    return this.places.hasDepartment(departmentId);
  }

  /** Names by userid as given (compared without regard to case); unknown and hidden ones are missing. */
  async namesOf(staffUserIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ key: string; name: string }>(
      `SELECT staff_user_key AS key, name FROM staff.staff
        WHERE corp_id = $1 AND staff_user_key = ANY($2::text[]) AND name IS NOT NULL`,
      [this.database.corpId, staffUserIds.map(staffUserKey)],
    );
    const byKey = new Map(rows.map(({ key, name }) => [key, name]));
    const names = new Map<string, string>();
    for (const userId of staffUserIds) {
      const name = byKey.get(staffUserKey(userId));
      if (name !== undefined) names.set(userId, name);
    }
    return names;
  }
}

/**
 * The name of a staff as a subquery, null when unknown or hidden. For statements of other modules that show many names.
 * @param corpId SQL of the surrounding statement, like the key: the userid in lower case.
 */
export function staffNameOf(corpId: string, staffKey: string): string {
  return `(SELECT s.name FROM staff.staff s WHERE s.corp_id = ${corpId} AND s.staff_user_key = ${staffKey})`;
}
