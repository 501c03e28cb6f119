import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { CheckIn, CheckInSettings, ReachedMilestone, Streak } from '../domain/check-in.js';

export interface StreakHistory {
  /** The latest one, alive or not. */
  readonly last: Streak;
  /** Days of the longest one. */
  readonly best: number;
  /** Days in all. */
  readonly total: number;
}

@Injectable()
export class CheckInStore {
  constructor(private readonly database: Database) {}

  settingsOf(programId: string): Promise<CheckInSettings | undefined> {
    return this.database.maybeOne<CheckInSettings>(
      `SELECT program_id AS "programId", points, growth, milestones FROM loyalty.check_in_settings
        WHERE corp_id = $1 AND program_id = $2`,
      [this.database.corpId, programId],
    );
  }

  async setSettings({ programId, points, growth, milestones }: CheckInSettings): Promise<void> {
    await this.database.execute(
      `INSERT INTO loyalty.check_in_settings (corp_id, program_id, points, growth, milestones)
       VALUES ($1, $2, $3, $4, $5::jsonb)
       ON CONFLICT (corp_id, program_id) DO UPDATE
         SET points = excluded.points, growth = excluded.growth, milestones = excluded.milestones`,
      [this.database.corpId, programId, points, growth, JSON.stringify(milestones)],
    );
  }

  async removeSettings(programId: string): Promise<void> {
    await this.database.execute(
      'DELETE FROM loyalty.check_in_settings WHERE corp_id = $1 AND program_id = $2',
      [this.database.corpId, programId],
    );
  }

  /** @throws when the member has the day already: whoever adds has taken the person's turn and looked */
  async add(checkIn: CheckIn): Promise<void> {
    await this.database.execute(
      `INSERT INTO loyalty.check_ins (corp_id, member_id, day, streak, points, growth, milestones, checked_in_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)`,
      [
        this.database.corpId,
        checkIn.memberId,
        checkIn.day,
        checkIn.streak,
        checkIn.points,
        checkIn.growth,
        JSON.stringify(checkIn.milestones),
        checkIn.checkedInAt,
      ],
    );
  }

  /** What these members did, the newest first; of one day the first. */
  list(
    memberIds: readonly string[],
    range: { from?: string; before?: string | undefined; limit?: number },
  ): Promise<CheckIn[]> {
    return this.database.query<CheckIn>(
      `SELECT DISTINCT ON (day) member_id AS "memberId", day::text AS day, streak, points, growth, milestones,
              checked_in_at AS "checkedInAt"
         FROM loyalty.check_ins
        WHERE corp_id = $1 AND member_id = ANY($2::uuid[]) AND ($3::date IS NULL OR day >= $3)
          AND ($4::date IS NULL OR day < $4)
        ORDER BY day DESC, checked_in_at, member_id LIMIT $5`,
      [this.database.corpId, memberIds, range.from ?? null, range.before ?? null, range.limit ?? null],
    );
  }

  /** Days of the milestones that a streak has brought. */
  async milestonesSince(memberIds: readonly string[], from: string): Promise<Set<number>> {
    const rows = await this.database.query<{ milestones: ReachedMilestone[] }>(
      `SELECT milestones FROM loyalty.check_ins
        WHERE corp_id = $1 AND member_id = ANY($2::uuid[]) AND day >= $3 AND milestones <> '[]'`,
      [this.database.corpId, memberIds, from],
    );
    return new Set(rows.flatMap(({ milestones }) => milestones.map(({ days }) => days)));
  }

  /**
   * The days of all these members as one calendar, cut where a day is missing: the number of a day less its place among the
   * days is the same within a streak. Reads the primary key of each member, a few thousand days after ten years.
   * @returns undefined: never checked in
   */
  async historyOf(memberIds: readonly string[]): Promise<StreakHistory | undefined> {
    const row = await this.database.maybeOne<Streak & { best: number; total: number }>(
      `WITH calendar AS (SELECT DISTINCT day FROM loyalty.check_ins WHERE corp_id = $1 AND member_id = ANY($2::uuid[])),
            streaks AS (
              SELECT min(day) AS first, max(day) AS last, count(*)::int AS days
                FROM (SELECT day, day - (row_number() OVER (ORDER BY day))::int AS streak FROM calendar) AS numbered
               GROUP BY streak)
       SELECT first::text AS "from", last::text AS "to", days, (max(days) OVER ())::int AS best,
              (sum(days) OVER ())::int AS total
         FROM streaks ORDER BY last DESC LIMIT 1`,
      [this.database.corpId, memberIds],
    );
    if (!row) return undefined;
    const { best, total, ...last } = row;
    return { last, best, total };
  }
}
