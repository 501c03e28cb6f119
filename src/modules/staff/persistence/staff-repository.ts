import { Injectable } from '@nestjs/common';
import { Ids } from '../../../platform/clock/ids.js';
import { Database } from '../../../platform/database/database.js';
import { type Staff, type StaffPlace, staffUserKey } from '../domain/staff.js';

export interface StoredStaff extends Staff {
  readonly id: string;
  readonly fetchedAt: Date;
}

/** The columns of a staff member with his departments; needs the alias `s`. */
export const STAFF_COLUMNS = `
  s.id, s.staff_user_id AS "staffUserId", s.name, s.alias, s.position, s.avatar_url AS "avatarUrl", s.status,
  s.direct_leader_user_ids AS "directLeaderUserIds", s.is_follow_user AS "isFollowUser", s.left_at AS "leftAt",
  s.fetched_at AS "fetchedAt",
  coalesce((SELECT jsonb_agg(jsonb_build_object('departmentId', d.department_id, 'isMain', d.is_main,
                     'isLeader', d.is_leader) ORDER BY d.department_id)
     FROM staff.staff_departments d WHERE d.corp_id = s.corp_id AND d.staff_id = s.id), '[]') AS departments`;

@Injectable()
export class StaffRepository {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  async lockByUserId(userId: string): Promise<StoredStaff | undefined> {
    return this.database.maybeOne<StoredStaff>(
      `SELECT ${STAFF_COLUMNS} FROM staff.staff s WHERE s.corp_id = $1 AND s.staff_user_key = $2 FOR UPDATE`,
      [this.database.corpId, staffUserKey(userId)],
    );
  }

  /**
   * An older reading never overwrites a newer one, also when two transactions insert the same member at once.
   * @returns the id, or undefined when somebody else has stored a newer reading.
   */
  async save(staff: Staff, fetchedAt: Date): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ id: string }>(
      `INSERT INTO staff.staff AS s (corp_id, id, staff_user_id, staff_user_key, name, alias, position, avatar_url,
              status, direct_leader_user_ids, is_follow_user, left_at, fetched_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       ON CONFLICT (corp_id, staff_user_key) DO UPDATE SET
              staff_user_id = excluded.staff_user_id, name = excluded.name, alias = excluded.alias,
              position = excluded.position, avatar_url = excluded.avatar_url, status = excluded.status,
              direct_leader_user_ids = excluded.direct_leader_user_ids, is_follow_user = excluded.is_follow_user,
              left_at = excluded.left_at, renamed_to = NULL, fetched_at = excluded.fetched_at
        WHERE s.fetched_at <= excluded.fetched_at RETURNING s.id`,
      [
        this.database.corpId,
        this.ids.next(),
        staff.staffUserId,
        staffUserKey(staff.staffUserId),
        staff.name,
        staff.alias,
        staff.position,
        staff.avatarUrl,
        staff.status,
        staff.directLeaderUserIds,
        staff.isFollowUser,
        staff.leftAt,
        fetchedAt,
      ],
    );
    if (row) await this.savePlaces(row.id, staff.departments);
    return row?.id;
  }

  /** Who is in no list has no customer contact permission that we can see. @returns how many lost it. */
  endFollowUsersBeyond(listedUserIds: readonly string[]): Promise<number> {
    return this.database.execute(
      `UPDATE staff.staff SET is_follow_user = false
        WHERE corp_id = $1 AND is_follow_user AND staff_user_key <> ALL($2::text[])`,
      [this.database.corpId, listedUserIds.map(staffUserKey)],
    );
  }

  /**
   * Gives the member a new userid and keeps the row, its id and its history. What was read of the old userid since the
   * change says nothing about him. A row that already stands under the new userid came from a reading that was faster
   * than the event: what it knows is kept, the row goes.
   */
  async rename(userId: string, newUserId: string, readAt: Date): Promise<void> {
    const { corpId } = this.database;
    const [from, to] = [staffUserKey(userId), staffUserKey(newUserId)];
    if (from === to) return;
    const known = await this.lockUnrenamed(from);
    if (known) {
      const faster = await this.lockUnrenamed(to);
      if (faster) await this.takeOver(known.id, faster.id);
      await this.database.execute(`DELETE FROM staff.staff WHERE corp_id = $1 AND staff_user_key = $2`, [
        corpId,
        to,
      ]);
      await this.database.execute(
        `UPDATE staff.staff SET staff_user_id = $3, staff_user_key = $4,
                left_at = CASE WHEN $5 THEN left_at END, fetched_at = CASE WHEN $5 THEN fetched_at ELSE $6 END
          WHERE corp_id = $1 AND staff_user_key = $2`,
        [corpId, from, newUserId, to, faster !== undefined, readAt],
      );
    }
    await this.blockOldUserId(userId, newUserId, readAt);
    await this.database.execute(
      `UPDATE staff.staff SET direct_leader_user_ids = array_replace(direct_leader_user_ids, $2, $3)
        WHERE corp_id = $1 AND $2 = ANY(direct_leader_user_ids)`,
      [corpId, userId, newUserId],
    );
  }

  private lockUnrenamed(key: string): Promise<{ id: string } | undefined> {
    return this.database.maybeOne<{ id: string }>(
      `SELECT id FROM staff.staff WHERE corp_id = $1 AND staff_user_key = $2 AND renamed_to IS NULL FOR UPDATE`,
      [this.database.corpId, key],
    );
  }

  /** Everything that readings have brought to one row moves to another. */
  private async takeOver(id: string, fromId: string): Promise<void> {
    const params = [this.database.corpId, id, fromId];
    await this.database.execute(
      `UPDATE staff.staff AS s SET name = f.name, alias = f.alias, position = f.position, avatar_url = f.avatar_url,
              status = f.status, direct_leader_user_ids = f.direct_leader_user_ids, is_follow_user = f.is_follow_user,
              left_at = f.left_at, fetched_at = f.fetched_at
         FROM staff.staff f WHERE s.corp_id = $1 AND s.id = $2 AND f.corp_id = $1 AND f.id = $3`,
      params,
    );
    await this.database.execute(
      `DELETE FROM staff.staff_departments WHERE corp_id = $1 AND staff_id = $2`,
      params.slice(0, 2),
    );
    await this.database.execute(
      `UPDATE staff.staff_departments SET staff_id = $2 WHERE corp_id = $1 AND staff_id = $3`,
      params,
    );
  }

  private async blockOldUserId(userId: string, newUserId: string, readAt: Date): Promise<void> {
    await this.database.execute(
      `INSERT INTO staff.staff (corp_id, id, staff_user_id, staff_user_key, status, direct_leader_user_ids,
              is_follow_user, left_at, renamed_to, fetched_at)
       VALUES ($1, $2, $3, $4, 'left', '{}', false, $6, $5, $6) ON CONFLICT DO NOTHING`,
      [this.database.corpId, this.ids.next(), userId, staffUserKey(userId), newUserId, readAt],
    );
  }

  private async savePlaces(staffId: string, places: readonly StaffPlace[]): Promise<void> {
    const { corpId } = this.database;
    await this.database.execute(
      `DELETE FROM staff.staff_departments WHERE corp_id = $1 AND staff_id = $2 AND department_id <> ALL($3::bigint[])`,
      [corpId, staffId, places.map((place) => place.departmentId)],
    );
    await this.database.execute(
      `INSERT INTO staff.staff_departments AS d (corp_id, staff_id, department_id, is_main, is_leader)
       SELECT $1, $2, p."departmentId", p."isMain", p."isLeader"
         FROM jsonb_to_recordset($3::jsonb) AS p("departmentId" bigint, "isMain" boolean, "isLeader" boolean)
       ON CONFLICT (corp_id, staff_id, department_id) DO UPDATE
          SET is_main = excluded.is_main, is_leader = excluded.is_leader
        WHERE (d.is_main, d.is_leader) IS DISTINCT FROM (excluded.is_main, excluded.is_leader)`,
      [corpId, staffId, JSON.stringify(places)],
    );
  }
}
