import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** So many members are between two rungs when the ladder is set; a rank counts at most these and what moved since. */
const RUNG_EVERY = 1_000;

/**
 * The ladder of a period: every thousandth place as it stood at one moment. A posting touches no rung: it leaves a move
 * (from where to where), and a rank adds the moves since. Measured and compared in docs/adr/0025.
 */
@Injectable()
export class LadderStore {
  constructor(private readonly database: Database) {}

  /** Periods in which more moved than a rank should have to look at: half a percent of the members, at least a thousand. */
  async listStale(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT m.period_id AS id FROM (
         SELECT period_id, count(*) AS moved FROM loyalty.board_moves WHERE corp_id = $1 GROUP BY period_id) m
        WHERE m.moved > 1000 + coalesce((SELECT max(r.place) FROM loyalty.board_rungs r
                                         WHERE r.corp_id = $1 AND r.period_id = m.period_id), 0) / 200`,
      [this.database.corpId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Sets the ladder anew. One statement, so that rungs, the moves they make superfluous and the places they were read
   * from are of one snapshot; a posting that commits meanwhile leaves its move.
   */
  async survey(periodId: string, rungEvery = RUNG_EVERY): Promise<void> {
    const { taken } = await this.database.one<{ taken: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('loyalty.ladder:' || $1, 0)) AS taken`,
      [periodId],
    );
    if (!taken) return; // somebody is doing it
    await this.database.execute(SURVEY, [this.database.corpId, periodId, rungEvery]);
  }
}

const SURVEY = `
  WITH superfluous AS (
    DELETE FROM loyalty.board_moves WHERE corp_id = $1 AND period_id = $2
  ), rungs AS MATERIALIZED (
    SELECT place, minus_points, reached_at, member_id FROM (
      SELECT row_number() OVER (ORDER BY minus_points, reached_at, member_id) AS place, minus_points, reached_at, member_id
        FROM loyalty.board_standings WHERE corp_id = $1 AND period_id = $2 AND points > 0) s
     WHERE place % $3 = 0
  ), gone AS (
    DELETE FROM loyalty.board_rungs WHERE corp_id = $1 AND period_id = $2
       AND place > coalesce((SELECT max(place) FROM rungs), 0)
  )
  INSERT INTO loyalty.board_rungs (corp_id, period_id, place, minus_points, reached_at, member_id)
  SELECT $1, $2, place, minus_points, reached_at, member_id FROM rungs
  ON CONFLICT (corp_id, period_id, place) DO UPDATE SET minus_points = excluded.minus_points,
         reached_at = excluded.reached_at, member_id = excluded.member_id`;
