/**
 * The law of a new version, for a real run and for a what-if: who is locked stays; who has more score rises; who has less
 * falls only when that is asked for; a level that is gone is the level of the score.
 */
const rankUnder = (keys: string, thresholds: string, downgradesNow: string): string => `
  CASE WHEN l.is_locked THEN coalesce(array_position(${keys}::text[], l.level),
                                      width_bucket(greatest(0, l.score - l.uncounted), ${thresholds}::bigint[]))
       WHEN ${downgradesNow}::boolean THEN width_bucket(greatest(0, l.score - l.uncounted), ${thresholds}::bigint[])
       ELSE greatest(coalesce(array_position(${keys}::text[], l.level), 1),
                     width_bucket(greatest(0, l.score - l.uncounted), ${thresholds}::bigint[])) END`;

/** Index-only, by the primary key. */
const next = (table: string, id: string): string => `
  WITH page AS MATERIALIZED (
    SELECT ${id} AS id FROM ${table}
     WHERE corp_id = $1 AND program_id = $2 AND ($3::uuid IS NULL OR ${id} > $3) ORDER BY ${id} LIMIT $4)
  SELECT count(*) AS members, (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS "lastMember" FROM page`;
export const NEXT = next('loyalty.member_levels', 'member_id');
export const NEXT_OF_MEMBERS = next('loyalty.members', 'id');

/** Columns, since an object for each member costs PostgreSQL more than the history of its level. */
const PLACED = `
  SELECT json_agg(member_id) AS "memberIds", json_agg(customer_id) AS "customerIds", json_agg(from_level) AS "from",
         json_agg(to_level) AS "to", json_agg(version) AS versions
    FROM told`;

/**
 * One statement, whatever the number of its members. Only those are locked and written who change; a posting that was
 * faster is waited for, and its member judged anew. The range stands twice, so that no join reads the whole program.
 */
export const PLACE = `
  WITH page AS MATERIALIZED (
    SELECT l.member_id, l.level, l.changed_at, r.rank, r.level IS DISTINCT FROM l.level AS moved
      FROM loyalty.member_levels l, LATERAL (SELECT ${rankUnder('$5', '$6', '$11')} AS rank) k,
           LATERAL (SELECT k.rank, ($5::text[])[k.rank] AS level) r
     WHERE l.corp_id = $1 AND l.program_id = $2 AND ($3::uuid IS NULL OR l.member_id > $3) AND l.member_id <= $4
       AND ($12::boolean OR r.level IS DISTINCT FROM l.level OR l.level = ANY ($13::text[]))
     ORDER BY l.member_id FOR NO KEY UPDATE OF l),
  placed AS (
    UPDATE loyalty.member_levels l
       SET level = ($5::text[])[p.rank],
           since = CASE WHEN p.moved THEN greatest($7, p.changed_at + interval '1 millisecond') ELSE l.since END,
           changed_at = CASE WHEN p.moved THEN greatest($7, p.changed_at + interval '1 millisecond') ELSE l.changed_at END,
           anchor_at = CASE WHEN p.moved OR $12::boolean THEN $7 ELSE l.anchor_at END,
           period_from = CASE WHEN p.moved OR $12::boolean THEN $7 ELSE l.period_from END,
           period_score = CASE WHEN p.moved OR $12::boolean THEN l.score ELSE l.period_score END,
           is_told = l.is_told AND NOT (p.moved OR $12::boolean),
           benefits_until = CASE WHEN p.moved OR $12::boolean THEN ($10::timestamptz[])[p.rank] ELSE l.benefits_until END,
           look_at = CASE WHEN NOT (p.moved OR $12::boolean) THEN l.look_at
                          WHEN l.is_locked THEN least(l.locked_until, ($10::timestamptz[])[p.rank])
                          ELSE ($9::timestamptz[])[p.rank] END,
           version = l.version + (p.moved OR l.level = ANY ($13::text[]))::int
      FROM page p
     WHERE l.corp_id = $1 AND l.program_id = $2 AND l.member_id = p.member_id
       AND ($3::uuid IS NULL OR l.member_id > $3) AND l.member_id <= $4
    RETURNING l.member_id, l.customer_id, p.level AS from_level, l.level AS to_level, l.version, p.moved, l.score, l.changed_at),
  told AS (SELECT * FROM placed WHERE moved OR to_level = ANY ($13::text[])),
  past AS (
    INSERT INTO loyalty.level_history (corp_id, member_id, started_at, level, from_level, reason, score, table_id, actor,
           recorded_at)
    SELECT $1, member_id, changed_at, to_level, from_level, 'table', score, $8, 'system', statement_timestamp()
      FROM placed WHERE moved)
  ${PLACED}`;

/** The first version of a program: whoever is a member gets the level of his score. */
export const ENTER = `
  WITH told AS (
    INSERT INTO loyalty.member_levels AS l (corp_id, program_id, member_id, customer_id, level, since, changed_at, score, uncounted,
           anchor_at, period_from, period_score, is_told, is_locked, benefits_until, look_at, version)
    SELECT $1, $2, m.id, m.customer_id, ($5::text[])[r.rank], $7, $7, coalesce(a.posted, 0), 0, $7, $7, coalesce(a.posted, 0), false,
           false, ($10::timestamptz[])[r.rank], ($9::timestamptz[])[r.rank], 1
      FROM loyalty.members m
      JOIN loyalty.wallets w ON w.corp_id = m.corp_id AND w.program_id = m.program_id AND w.key = $11
      LEFT JOIN loyalty.accounts a ON a.corp_id = m.corp_id AND a.member_id = m.id AND a.wallet_id = w.id,
           LATERAL (SELECT width_bucket(coalesce(a.posted, 0), $6::bigint[]) AS rank) r
     WHERE m.corp_id = $1 AND m.program_id = $2 AND ($3::uuid IS NULL OR m.id > $3) AND m.id <= $4
     ORDER BY m.id
    ON CONFLICT DO NOTHING
    RETURNING l.member_id, l.customer_id, NULL::text AS from_level, l.level AS to_level, l.version, l.score, true AS moved),
  past AS (
    INSERT INTO loyalty.level_history (corp_id, member_id, started_at, level, reason, score, table_id, actor, recorded_at)
    SELECT $1, member_id, $7, to_level, 'table', score, $8, 'system', statement_timestamp() FROM told)
  ${PLACED}`;

export const WHAT_IF = `
  SELECT l.level AS "from", ($3::text[])[${rankUnder('$3', '$4', '$5')}] AS "to", count(*) AS members
    FROM loyalty.member_levels l
   WHERE l.corp_id = $1 AND l.program_id = $2
   GROUP BY 1, 2`;

export const WHAT_IF_FIRST = `
  SELECT NULL AS "from", ($3::text[])[width_bucket(coalesce(a.posted, 0), $4::bigint[])] AS "to", count(*) AS members
    FROM loyalty.members m
    JOIN loyalty.wallets w ON w.corp_id = m.corp_id AND w.program_id = m.program_id AND w.key = $5
    LEFT JOIN loyalty.accounts a ON a.corp_id = m.corp_id AND a.member_id = m.id AND a.wallet_id = w.id
   WHERE m.corp_id = $1 AND m.program_id = $2
   GROUP BY 2`;
