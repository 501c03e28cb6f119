import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RecentReads } from '../../platform/database/recent-reads.js';
import { staffUserKey } from './domain/staff.js';
import { type PlacedStaff, StaffPlaces } from './queries/staff-places.js';

/** What other modules may ask about staff. Inside an open unit of work. */
@Injectable()
export class StaffDirectory {
  private readonly recentNames = new RecentReads<string>();

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

  /** Names by userid as given (compared without regard to case), up to a second old; unknown and hidden ones are missing. */
  async namesOf(staffUserIds: readonly string[]): Promise<Map<string, string>> {
    const keys = staffUserIds.map(staffUserKey);
    const byKey = await this.recentNames.get(this.database.corpId, keys, (missing) =>
      this.readNames(missing),
    );
    const names = new Map<string, string>();
    for (const userId of staffUserIds) {
      const name = byKey.get(staffUserKey(userId));
      if (name !== undefined) names.set(userId, name);
    }
    return names;
  }

  private async readNames(keys: string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ key: string; name: string }>(
      `SELECT staff_user_key AS key, name FROM staff.staff
        WHERE corp_id = $1 AND staff_user_key = ANY($2::text[]) AND name IS NOT NULL`,
      [this.database.corpId, keys],
    );
    return new Map(rows.map(({ key, name }) => [key, name]));
  }
}
