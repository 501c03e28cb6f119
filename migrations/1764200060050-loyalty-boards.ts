import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Leaderboards: who earned most in a period, kept in the transaction that posts (docs/adr/0025). */
export class LoyaltyBoards1764200060050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLES);
    for (const table of ['boards', 'board_periods', 'board_standings', 'board_moves', 'board_rungs'])
      await tenantTable(queryRunner, `loyalty.${table}`);
    for (const table of ['board_results', 'board_corrections'])
      await tenantTable(queryRunner, `loyalty.${table}`, 'SELECT, INSERT');
    for (const definition of [MOVE_ON_BOARDS, COUNTED_ON_BOARD, COUNT_ON_BOARDS])
      await queryRunner.query(definition);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION loyalty.count_on_boards, loyalty.counted_on_board, loyalty.move_on_boards;
      DROP TABLE loyalty.board_corrections, loyalty.board_results, loyalty.board_rungs, loyalty.board_moves,
        loyalty.board_standings, loyalty.board_periods, loyalty.boards`);
  }
}

/** minus_points: one index gives the order points desc, reached_at, member_id, also to comparisons of whole rows. */
const TABLES = `
  CREATE TABLE loyalty.boards (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    program_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    period_kind text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    rule_ids uuid[],
    winners integer NOT NULL,
    prizes jsonb NOT NULL,
    counts_from timestamptz NOT NULL,
    ended_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT boards_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT boards_period_kind_check CHECK (period_kind IN ('week', 'month', 'lifetime', 'fixed')),
    CONSTRAINT boards_fixed_check CHECK ((period_kind = 'fixed') = (starts_at IS NOT NULL)
      AND (starts_at IS NULL) = (ends_at IS NULL) AND starts_at < ends_at),
    CONSTRAINT boards_winners_check CHECK (winners BETWEEN 1 AND 1000)
  );
  CREATE INDEX boards_wallet ON loyalty.boards (corp_id, wallet_id);

  CREATE TABLE loyalty.board_periods (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    board_id uuid NOT NULL,
    key text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    closed_at timestamptz,
    announced_at timestamptz,
    CONSTRAINT board_periods_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT board_periods_key_key UNIQUE (corp_id, board_id, key),
    CONSTRAINT board_periods_announced_check CHECK (announced_at IS NULL OR closed_at IS NOT NULL)
  );
  CREATE INDEX board_periods_time ON loyalty.board_periods (corp_id, board_id, starts_at);
  CREATE INDEX board_periods_open ON loyalty.board_periods (corp_id, ends_at) WHERE announced_at IS NULL;

  CREATE TABLE loyalty.board_standings (
    corp_id uuid NOT NULL,
    period_id uuid NOT NULL,
    member_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    points bigint NOT NULL,
    minus_points bigint NOT NULL GENERATED ALWAYS AS (-points) STORED,
    reached_at timestamptz NOT NULL,
    CONSTRAINT board_standings_pkey PRIMARY KEY (corp_id, period_id, member_id)
  );
  CREATE INDEX board_standings_order
    ON loyalty.board_standings (corp_id, period_id, minus_points, reached_at, member_id) WHERE points > 0;

  CREATE TABLE loyalty.board_moves (
    corp_id uuid NOT NULL,
    period_id uuid NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    member_id uuid NOT NULL,
    from_points bigint,
    from_reached_at timestamptz,
    to_points bigint,
    to_reached_at timestamptz,
    CONSTRAINT board_moves_pkey PRIMARY KEY (corp_id, period_id, id)
  );

  CREATE TABLE loyalty.board_rungs (
    corp_id uuid NOT NULL,
    period_id uuid NOT NULL,
    place bigint NOT NULL,
    minus_points bigint NOT NULL,
    reached_at timestamptz NOT NULL,
    member_id uuid NOT NULL,
    CONSTRAINT board_rungs_pkey PRIMARY KEY (corp_id, period_id, place)
  );
  CREATE INDEX board_rungs_order
    ON loyalty.board_rungs (corp_id, period_id, minus_points, reached_at, member_id);

  CREATE TABLE loyalty.board_results (
    corp_id uuid NOT NULL,
    period_id uuid NOT NULL,
    rank integer NOT NULL,
    member_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    points bigint NOT NULL,
    reached_at timestamptz NOT NULL,
    prize_zh text,
    prize_en text,
    CONSTRAINT board_results_pkey PRIMARY KEY (corp_id, period_id, rank)
  );

  CREATE TABLE loyalty.board_corrections (
    corp_id uuid NOT NULL,
    period_id uuid NOT NULL,
    account_id uuid NOT NULL,
    seq bigint NOT NULL,
    earning_seq bigint NOT NULL,
    member_id uuid NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT board_corrections_pkey PRIMARY KEY (corp_id, period_id, account_id, seq, earning_seq)
  )`;

/** Adds to standings, at most one row a member and period, and leaves a move of each for the ranks (queries/board-places.ts). */
const MOVE_ON_BOARDS = `
  CREATE FUNCTION loyalty.move_on_boards(p_corp uuid, p_periods uuid[], p_members uuid[], p_customers uuid[],
      p_amounts bigint[], p_reached timestamptz[])
    RETURNS void LANGUAGE sql
  BEGIN ATOMIC
    WITH before AS MATERIALIZED (
      SELECT c.*, s.points AS from_points, s.reached_at AS from_reached_at
        FROM unnest(p_periods, p_members, p_customers, p_amounts, p_reached)
             AS c(period_id, member_id, customer_id, amount, reached_at)
        LEFT JOIN LATERAL (SELECT o.points, o.reached_at FROM loyalty.board_standings o
                            WHERE o.corp_id = p_corp AND o.period_id = c.period_id AND o.member_id = c.member_id LIMIT 1) s
          ON true
    ), stand AS (
      INSERT INTO loyalty.board_standings AS s (corp_id, period_id, member_id, customer_id, points, reached_at)
      SELECT p_corp, period_id, member_id, customer_id, amount, reached_at FROM before ORDER BY period_id, member_id
      ON CONFLICT (corp_id, period_id, member_id) DO UPDATE
         SET points = s.points + excluded.points, reached_at = greatest(s.reached_at, excluded.reached_at)
      RETURNING s.period_id, s.member_id, s.points, s.reached_at
    )
    INSERT INTO loyalty.board_moves
           (corp_id, period_id, member_id, from_points, from_reached_at, to_points, to_reached_at)
    SELECT p_corp, s.period_id, s.member_id, CASE WHEN b.from_points > 0 THEN b.from_points END, b.from_reached_at,
           CASE WHEN s.points > 0 THEN s.points END, s.reached_at
      FROM stand s JOIN before b ON b.period_id = s.period_id AND b.member_id = s.member_id
     WHERE b.from_points > 0 OR s.points > 0;
  END`;

/**
 * Look-ups by key for each row of `g`. Their limit keeps them from being joined: a table that was never analysed looks small,
 * and a join would read all of it. The order says that the primary key is meant, not another index
 * that begins with the corp.
 */
const entryAt = (seq: string): string => `
  SELECT * FROM loyalty.entries o
   WHERE o.corp_id = p_corp AND o.account_id = g.account_id AND o.seq >= ${seq} ORDER BY o.seq LIMIT 1`;
const ENTRY = entryAt('g.seq');
const ACCOUNT = `SELECT * FROM loyalty.accounts o WHERE o.corp_id = p_corp AND o.id = g.account_id LIMIT 1`;
const transferAt = (id: string): string => `
  SELECT * FROM loyalty.transfers o
   WHERE o.corp_id = p_corp AND o.id BETWEEN ${id} AND ${id} ORDER BY o.id LIMIT 1`;
const TRANSFER = transferAt('g.transfer_id');
/** The newest that began by then, which may have ended. Periods of a board do not overlap. */
const period = (board: string, at: string): string => `
  SELECT o.id, o.ends_at, o.closed_at FROM loyalty.board_periods o
   WHERE o.corp_id = p_corp AND o.board_id = ${board} AND o.starts_at <= ${at} ORDER BY o.starts_at DESC LIMIT 1`;

/**
 * Counts entries that were posted in this transaction on the boards of their wallets. An earning counts where it was
 * recorded; what takes it back, and the expiry of what was left of it, count in the earning's own period, or are recorded
 * as corrections when that is closed. Points that come back from an expiry come back to several earnings in a way that no
 * entry tells: there the member is counted anew.
 *
 * Whoever posts shares the lock that the closing of periods and the making of boards take alone; each statement here sees
 * what was committed before the lock was given. Rows of one member are safe by the lock on his account, which the posting
 * took. Returns the boards that have no period yet for these earnings, with an instant of each, and has counted nothing
 * then: the calendar is periodOf's.
 */
const COUNT_ON_BOARDS = `
  CREATE FUNCTION loyalty.count_on_boards(p_corp uuid, p_accounts uuid[], p_seqs bigint[])
    RETURNS TABLE (missing_board uuid, missing_at timestamptz)
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off AS $$
  DECLARE
    change record;
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('loyalty.boards:' || p_corp, 0));
    IF NOT EXISTS (SELECT FROM loyalty.boards b WHERE b.corp_id = p_corp) THEN RETURN; END IF;

    RETURN QUERY
      SELECT b.id, max(e.recorded_at)
        FROM unnest(p_accounts, p_seqs) AS g(account_id, seq),
             LATERAL (${ENTRY}) e, LATERAL (${ACCOUNT}) a
        JOIN loyalty.boards b ON b.corp_id = p_corp AND b.wallet_id = a.wallet_id
        LEFT JOIN LATERAL (${period('b.id', 'e.recorded_at')}) p ON true
       WHERE e.kind = 'earn' AND b.period_kind <> 'fixed' AND b.ended_at IS NULL AND e.recorded_at >= b.counts_from
         AND (p.id IS NULL OR p.ends_at <= e.recorded_at)
       GROUP BY b.id;
    IF FOUND THEN RETURN; END IF;

    WITH given AS MATERIALIZED (
      SELECT e.* FROM unnest(p_accounts, p_seqs) AS g(account_id, seq), LATERAL (${ENTRY}) e
    ), counted AS MATERIALIZED (
      SELECT g.account_id, g.seq, g.seq AS earning_seq, g.kind, g.recorded_at, g.recorded_at AS earned_at,
             g.transfer_id AS earning_id, g.delta - g.debt_delta AS amount
        FROM given g WHERE g.kind = 'earn'
      UNION ALL
      SELECT g.account_id, g.seq, o.seq, g.kind, g.recorded_at, o.recorded_at, o.transfer_id, g.delta - g.debt_delta
        FROM given g, LATERAL (${TRANSFER}) t,
             LATERAL (SELECT * FROM loyalty.entries x
                       WHERE x.corp_id = p_corp AND x.transfer_id = t.reverses AND x.account_id = g.account_id OFFSET 0) o
       WHERE g.kind = 'reverse' AND o.kind = 'earn'
      UNION ALL
      SELECT g.account_id, g.seq, o.seq, g.kind, g.recorded_at, o.recorded_at, o.transfer_id, -u.amount
        FROM given g,
             LATERAL (SELECT x.lot_seq, x.amount FROM loyalty.lot_uses x
                       WHERE x.corp_id = p_corp AND x.account_id = g.account_id AND x.entry_seq = g.seq OFFSET 0) u,
             LATERAL (${entryAt('u.lot_seq')}) o
       WHERE g.kind = 'expire' AND o.kind = 'earn'
    ), placed AS MATERIALIZED (
      SELECT p.id AS period_id, p.closed_at, a.member_id, a.customer_id, c.*
        FROM counted c, LATERAL (${ACCOUNT.replaceAll('g.', 'c.')}) a
        JOIN loyalty.boards b ON b.corp_id = p_corp AND b.wallet_id = a.wallet_id,
             LATERAL (${period('b.id', 'c.earned_at')}) p
       WHERE c.amount <> 0 AND c.earned_at >= b.counts_from AND c.earned_at < p.ends_at
         AND (b.rule_ids IS NULL OR ( -- a value: EXISTS would be joined
               SELECT v.rule_id FROM (${transferAt('c.earning_id')}) t
                 JOIN loyalty.earning_rule_versions v ON v.corp_id = p_corp AND v.id = t.rule_version_id) = ANY (b.rule_ids))
    ), corrected AS (
      INSERT INTO loyalty.board_corrections
             (corp_id, period_id, account_id, seq, earning_seq, member_id, kind, amount, recorded_at)
      SELECT p_corp, x.period_id, x.account_id, x.seq, x.earning_seq, x.member_id, x.kind, x.amount, x.recorded_at
        FROM placed x WHERE x.closed_at IS NOT NULL
    ), member AS (
      SELECT period_id, member_id, customer_id, sum(amount)::bigint AS amount,
             coalesce(max(recorded_at) FILTER (WHERE kind = 'earn'), min(earned_at)) AS reached_at
        FROM placed WHERE closed_at IS NULL GROUP BY period_id, member_id, customer_id
    )
    SELECT array_agg(period_id) AS periods, array_agg(member_id) AS members, array_agg(customer_id) AS customers,
           array_agg(amount) AS amounts, array_agg(reached_at) AS reached INTO change FROM member;
    IF change.periods IS NOT NULL THEN
      PERFORM loyalty.move_on_boards(p_corp, change.periods, change.members, change.customers, change.amounts,
        change.reached);
    END IF;

    WITH account AS MATERIALIZED (
      SELECT DISTINCT ON (a.id) a.*, g.seq, g.recorded_at AS late_at
        FROM (SELECT e.* FROM unnest(p_accounts, p_seqs) AS g(account_id, seq), LATERAL (${ENTRY}) e) g,
             LATERAL (${TRANSFER}) t,
             LATERAL (${transferAt('t.reverses')}) x,
             LATERAL (${ACCOUNT}) a
       WHERE g.kind = 'reverse' AND x.kind = 'expire'
       ORDER BY a.id, g.seq DESC
    ), anew AS MATERIALIZED (
      SELECT s.period_id, p.closed_at, a.id AS account_id, a.seq, a.late_at, a.member_id, a.customer_id, s.reached_at,
             loyalty.counted_on_board(p_corp, s.period_id, a.id) - s.points - coalesce((
               SELECT sum(c.amount) FROM loyalty.board_corrections c
                WHERE c.corp_id = p_corp AND c.period_id = s.period_id AND c.account_id = a.id), 0)::bigint AS amount
        FROM account a
        JOIN loyalty.boards b ON b.corp_id = p_corp AND b.wallet_id = a.wallet_id
        JOIN loyalty.board_periods p ON p.corp_id = p_corp AND p.board_id = b.id
        JOIN loyalty.board_standings s ON s.corp_id = p_corp AND s.period_id = p.id AND s.member_id = a.member_id
    ), corrected AS (
      INSERT INTO loyalty.board_corrections
             (corp_id, period_id, account_id, seq, earning_seq, member_id, kind, amount, recorded_at)
      SELECT p_corp, x.period_id, x.account_id, x.seq, x.seq, x.member_id, 'reverse', x.amount, x.late_at
        FROM anew x WHERE x.closed_at IS NOT NULL AND x.amount <> 0
    )
    SELECT array_agg(period_id) AS periods, array_agg(member_id) AS members, array_agg(customer_id) AS customers,
           array_agg(amount) AS amounts, array_agg(reached_at) AS reached
      INTO change FROM anew WHERE closed_at IS NULL AND amount <> 0;
    IF change.periods IS NOT NULL THEN
      PERFORM loyalty.move_on_boards(p_corp, change.periods, change.members, change.customers, change.amounts,
        change.reached);
    END IF;
  END $$`;

/**
 * What a member has on a board by the ledger alone: each earning of the period, less what of it was taken back and what of it
 * expired. The law that standings are held to (L-5); reads all earnings of the account in the period.
 */
const COUNTED_ON_BOARD = `
  CREATE FUNCTION loyalty.counted_on_board(p_corp uuid, p_period uuid, p_account uuid)
    RETURNS bigint LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT coalesce(sum(e.delta - e.debt_delta - t.reversed_amount - coalesce((
             SELECT sum(u.amount - u.given_back) FROM loyalty.lot_uses u
               JOIN loyalty.entries x ON x.corp_id = p_corp AND x.account_id = p_account AND x.seq = u.entry_seq
              WHERE u.corp_id = p_corp AND u.account_id = p_account AND u.lot_seq = e.seq AND x.kind = 'expire'), 0)), 0)::bigint
      FROM loyalty.board_periods p
      JOIN loyalty.boards b ON b.corp_id = p_corp AND b.id = p.board_id
      JOIN loyalty.entries e ON e.corp_id = p_corp AND e.account_id = p_account AND e.kind = 'earn'
       AND e.recorded_at >= p.starts_at AND e.recorded_at < p.ends_at AND e.recorded_at >= b.counts_from
      JOIN loyalty.transfers t ON t.corp_id = p_corp AND t.id = e.transfer_id
     WHERE p.corp_id = p_corp AND p.id = p_period AND (b.rule_ids IS NULL OR EXISTS (
           SELECT FROM loyalty.earning_rule_versions v
            WHERE v.corp_id = p_corp AND v.id = t.rule_version_id AND v.rule_id = ANY (b.rule_ids)));
  END`;
