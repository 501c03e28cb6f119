import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { PreparedStatement } from '../../../../platform/database/scoped-query.js';
import type { Standing } from '../domain/board.js';

const STANDING = `member_id AS "memberId", customer_id AS "customerId", points, reached_at AS "reachedAt"`;
/** Sorts before every place. */
const TOP = '-9223372036854775808';

const FIRST: PreparedStatement = {
  name: 'loyalty-top-of-board',
  text: `SELECT row_number() OVER (ORDER BY minus_points, reached_at, member_id) AS rank, ${STANDING}
           FROM loyalty.board_standings WHERE corp_id = $1 AND period_id = $2 AND points > 0
          ORDER BY minus_points, reached_at, member_id LIMIT $3`,
  inOrder: true,
};

/** Who stands where on a board, exactly, as of one snapshot. Only points above 0 are on it. */
@Injectable()
export class BoardPlaces {
  constructor(private readonly database: Database) {}

  /** The first ones, by the index board_standings_order. */
  top(periodId: string, limit: number): Promise<Standing[]> {
    return this.database.query<Standing>(FIRST, [this.database.corpId, periodId, limit]);
  }

  /** The same among some members only, such as those of a group chat; at most a few thousand. */
  topAmong(periodId: string, memberIds: readonly string[], limit: number): Promise<Standing[]> {
    return this.database.query<Standing>(
      `SELECT row_number() OVER (ORDER BY minus_points, reached_at, member_id) AS rank, ${STANDING}
         FROM loyalty.board_standings
        WHERE corp_id = $1 AND period_id = $2 AND member_id = ANY($3::uuid[]) AND points > 0
        ORDER BY minus_points, reached_at, member_id LIMIT $4`,
      [this.database.corpId, periodId, memberIds, limit],
    );
  }

  /** One's own place; undefined: not on the board. */
  placeOf(periodId: string, memberId: string): Promise<Standing | undefined> {
    return this.database.maybeOne<Standing>(PLACE, [this.database.corpId, periodId, memberId]);
  }
}

/**
 * The nearest rung above, what crossed it since the survey, and a count by board_standings_order of those between the rung
 * and the member: about a thousand rows whatever the size of the board, ties included. Counted in three parts, as PostgreSQL
 * ends a scan at the first column of a row comparison only: equal points would be read to their end.
 */
const PLACE: PreparedStatement = {
  name: 'loyalty-place-on-board',
  text: `
  WITH me AS MATERIALIZED (
    SELECT member_id, customer_id, points, minus_points, reached_at FROM loyalty.board_standings
     WHERE corp_id = $1 AND period_id = $2 AND member_id = $3 AND points > 0
  ), rung AS MATERIALIZED (
    SELECT r.* FROM me, LATERAL (
      SELECT place, minus_points, reached_at, member_id FROM loyalty.board_rungs r
       WHERE r.corp_id = $1 AND r.period_id = $2
         AND (r.minus_points, r.reached_at, r.member_id) <= (me.minus_points, me.reached_at, me.member_id)
       ORDER BY r.minus_points DESC, r.reached_at DESC, r.member_id DESC LIMIT 1) r
  ), moved AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE (-m.to_points, m.to_reached_at, m.member_id)
                               <= (r.minus_points, r.reached_at, r.member_id))
         - count(*) FILTER (WHERE (-m.from_points, m.from_reached_at, m.member_id)
                               <= (r.minus_points, r.reached_at, r.member_id)) AS places
      FROM rung r JOIN loyalty.board_moves m ON m.corp_id = $1 AND m.period_id = $2
  ), start AS MATERIALIZED (
    SELECT coalesce((SELECT place FROM rung), 0) + (SELECT places FROM moved) AS above,
           coalesce((SELECT minus_points FROM rung), ${TOP}) AS minus_points,
           coalesce((SELECT reached_at FROM rung), '-infinity') AS reached_at,
           coalesce((SELECT member_id FROM rung), '00000000-0000-0000-0000-000000000000') AS member_id,
           CASE WHEN (SELECT minus_points FROM rung) = me.minus_points THEN me.reached_at ELSE 'infinity' END AS ties_until
      FROM me
  )
  SELECT start.above
         + (SELECT count(*) FROM loyalty.board_standings s
             WHERE s.corp_id = $1 AND s.period_id = $2 AND s.points > 0 AND s.minus_points = start.minus_points
               AND (s.reached_at, s.member_id) > (start.reached_at, start.member_id)
               AND (s.reached_at, s.member_id) <= (start.ties_until, me.member_id))
         + (SELECT count(*) FROM loyalty.board_standings s
             WHERE s.corp_id = $1 AND s.period_id = $2 AND s.points > 0
               AND s.minus_points > start.minus_points AND s.minus_points < me.minus_points)
         + (SELECT count(*) FROM loyalty.board_standings s
             WHERE s.corp_id = $1 AND s.period_id = $2 AND s.points > 0 AND start.minus_points < me.minus_points
               AND s.minus_points = me.minus_points AND (s.reached_at, s.member_id) <= (me.reached_at, me.member_id)) AS rank,
         me.member_id AS "memberId", me.customer_id AS "customerId", me.points, me.reached_at AS "reachedAt"
    FROM me, start`,
  inOrder: true,
};
