import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How coupons come to be (docs/adr/0027). */
export class CouponsIssue1764300070010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(VALIDITY);
    await queryRunner.query(TAKE_STOCK);
    await queryRunner.query(ISSUE_ALL);
    await queryRunner.query(ISSUE);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION coupons.issue, coupons.issue_all, coupons.take_stock, coupons.valid_from, coupons.valid_until;
      DROP TYPE coupons.issue_order`);
  }
}

/** Whole days of the batch's zone, where days have 23 to 25 hours. */
const VALIDITY = `
  CREATE FUNCTION coupons.valid_from(validity jsonb, zone text, at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN validity ->> 'kind' = 'absolute' THEN (validity ->> 'from')::timestamptz
                WHEN (validity ->> 'startsAfterDays')::int = 0 THEN at
                ELSE (date_trunc('day', at AT TIME ZONE zone) + make_interval(days => (validity ->> 'startsAfterDays')::int))
                       AT TIME ZONE zone END $$;
  CREATE FUNCTION coupons.valid_until(validity jsonb, zone text, at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN validity ->> 'kind' = 'absolute' THEN (validity ->> 'until')::timestamptz
                ELSE (date_trunc('day', at AT TIME ZONE zone)
                       + make_interval(days => (validity ->> 'startsAfterDays')::int + (validity ->> 'days')::int))
                       AT TIME ZONE zone END $$;
`;

/**
 * Takes so many units, or as many as there are. Nearly always from one bucket that nobody else holds at the moment, each
 * connection beginning at its own. Else from all of them, locked in one order, so that nobody waits in a circle; then
 * nobody else is in the middle of taking, and what is missing is gone for good.
 */
const TAKE_STOCK = `
  CREATE FUNCTION coupons.take_stock(p_corp uuid, p_batch uuid, wanted int) RETURNS int LANGUAGE plpgsql AS $$
  DECLARE
    first_bucket int := pg_backend_pid() & 15;
    taken int;
  BEGIN
    IF wanted = 0 THEN
      RETURN 0;
    END IF;
    UPDATE coupons.batch_stock SET remaining = remaining - wanted
     WHERE corp_id = p_corp AND batch_id = p_batch AND bucket = (
       SELECT s.bucket FROM coupons.batch_stock s
        WHERE s.corp_id = p_corp AND s.batch_id = p_batch AND s.remaining >= wanted
        ORDER BY (s.bucket - first_bucket) & 15 LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF FOUND THEN
      RETURN wanted;
    END IF;
    PERFORM FROM coupons.batch_stock WHERE corp_id = p_corp AND batch_id = p_batch ORDER BY bucket FOR UPDATE;
    WITH parts AS (
      SELECT s.bucket, least(s.remaining, wanted - coalesce(sum(s.remaining) OVER before, 0)) AS part
        FROM coupons.batch_stock s WHERE s.corp_id = p_corp AND s.batch_id = p_batch
      WINDOW before AS (ORDER BY s.bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ), took AS (
      UPDATE coupons.batch_stock s SET remaining = s.remaining - p.part
        FROM parts p WHERE s.corp_id = p_corp AND s.batch_id = p_batch AND s.bucket = p.bucket AND p.part > 0
      RETURNING p.part)
    SELECT coalesce(sum(part), 0) INTO taken FROM took;
    RETURN taken;
  END $$;
`;

/**
 * Coupons of one batch for persons who are one customer each and have none of it, as nearly all are: all of them, or no row
 * and nothing, when anybody is in conflict or the stock is short. Then `coupons.issue` sorts it out, at twice the cost. Looks
 * nothing up beforehand: the unique indexes speak when a row comes, which they have to be asked for anyway.
 *
 * Sources, their ids and channels are one for each coupon, or one for all. A person's coupons, p_each of them, stand behind
 * each other; sorted by person, so that two calls with the same people do not wait in a circle. Hashes and ciphers lie in one
 * piece, all of one length: a million texts in hexadecimal digits take as long to read as the coupons to store.
 */
const ISSUE_ALL = `
  CREATE FUNCTION coupons.issue_all(p_corp uuid, p_batch uuid, p_each int, p_customers uuid[], p_ids uuid[], p_keys text[],
    p_sources text[], p_source_ids text[], p_channels text[], p_hashes bytea, p_ciphers bytea)
  RETURNS TABLE (valid_from timestamptz, valid_until timestamptz, issued_at timestamptz) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_at timestamptz := clock_timestamp();
    v_count int := cardinality(p_ids);
    v_hash int := octet_length(p_hashes) / v_count;
    v_cipher int := octet_length(p_ciphers) / v_count;
    v_batch record;
  BEGIN
    SELECT b.state, b.claim_from, b.claim_until, b.per_person,
           coupons.valid_from(v.terms -> 'validity', b.time_zone, v_at) AS valid_from,
           coupons.valid_until(v.terms -> 'validity', b.time_zone, v_at) AS valid_until INTO v_batch
      FROM coupons.batches b JOIN coupons.template_versions v ON v.corp_id = b.corp_id AND v.id = b.version_id
     WHERE b.corp_id = p_corp AND b.id = p_batch;
    IF v_batch.state IS DISTINCT FROM 'running' OR v_at < v_batch.claim_from OR v_at >= v_batch.claim_until
       OR v_at >= v_batch.valid_until OR p_each > v_batch.per_person THEN
      RETURN;
    END IF;
    INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash, code_cipher,
           issue_key, source, source_id, channel, valid_from, valid_until, issued_at, state_at)
    SELECT p_corp, o.id, p_batch, o.customer, o.customer, (o.n - 1) % p_each + 1, v_batch.per_person, 'claimed',
           substr(p_hashes, (o.n::int - 1) * v_hash + 1, v_hash), substr(p_ciphers, (o.n::int - 1) * v_cipher + 1, v_cipher),
           o.key, CASE WHEN cardinality(p_sources) = 1 THEN p_sources[1] ELSE o.source END,
           CASE WHEN cardinality(p_source_ids) = 1 THEN p_source_ids[1] ELSE o.source_id END,
           CASE WHEN cardinality(p_channels) = 1 THEN p_channels[1] ELSE o.channel END,
           v_batch.valid_from, v_batch.valid_until, v_at, v_at
      FROM unnest(p_customers, p_ids, p_keys, p_sources, p_source_ids, p_channels)
             WITH ORDINALITY AS o(customer, id, key, source, source_id, channel, n);
    IF coupons.take_stock(p_corp, p_batch, v_count) < v_count THEN
      RAISE EXCEPTION 'the stock is short' USING ERRCODE = 'CP001';
    END IF;
    RETURN QUERY SELECT v_batch.valid_from, v_batch.valid_until, v_at;
  EXCEPTION WHEN unique_violation OR SQLSTATE 'CP001' THEN
    RETURN;
  END $$;
`;

/**
 * Coupons of one batch for many orders. First all are inserted whose person has room, which the unique index over (batch,
 * person, number) decides: a person of one customer is tried at once with number 1, which nearly always is free; all others
 * are counted, until no rival was in between. Then as many units of stock are taken as were really inserted.
 * Where they are short, both are undone and done again for the first of them, in the order in which they came.
 *
 * A row for each order: the coupon, replayed when its key had it before, or why there is none. Sorted by person, so that two
 * calls with the same people do not wait in a circle. Along coupons_limit_key and coupons_issue_key.
 */
const ISSUE = `
  CREATE TYPE coupons.issue_order AS (
    n int, id uuid, key text, customer uuid, holder uuid, members uuid[], source text, source_id text, channel text,
    hash bytea, cipher bytea, valid_from timestamptz, valid_until timestamptz);

  CREATE FUNCTION coupons.issue(p_corp uuid, p_batch uuid, p_orders json)
  RETURNS TABLE (n int, code text, coupon_id uuid, replayed boolean, valid_from timestamptz, valid_until timestamptz,
    issued_at timestamptz) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    v_at timestamptz := clock_timestamp();
    v_batch record;
    v_refusal text;
    v_orders coupons.issue_order[];
    v_kept int[];
    v_added uuid[] := '{}';
    v_new uuid[];
    v_placed int;
    v_counted boolean;
    v_taken int;
  BEGIN
    SELECT array_agg(ROW (o.n, o.id, o.key, o.customer, o.holder, o.members, o.source, o.source_id, o.channel, o.hash, o.cipher,
               o.valid_from, o.valid_until)::coupons.issue_order) INTO v_orders
      FROM json_to_recordset(p_orders) AS o(n int, id uuid, key text, customer uuid, holder uuid, members uuid[], source text,
           source_id text, channel text, hash bytea, cipher bytea, valid_from timestamptz, valid_until timestamptz);
    SELECT b.state, b.claim_from, b.claim_until, b.per_person,
           coupons.valid_from(v.terms -> 'validity', b.time_zone, v_at) AS valid_from,
           coupons.valid_until(v.terms -> 'validity', b.time_zone, v_at) AS valid_until INTO v_batch
      FROM coupons.batches b JOIN coupons.template_versions v ON v.corp_id = b.corp_id AND v.id = b.version_id
     WHERE b.corp_id = p_corp AND b.id = p_batch;
    v_refusal := CASE WHEN v_batch.state IS NULL THEN 'coupons.batch_not_found'
                      WHEN v_batch.state <> 'running' THEN 'coupons.batch_not_issuing'
                      WHEN v_at < v_batch.claim_from OR v_at >= v_batch.claim_until THEN 'coupons.batch_not_open'
                      WHEN v_at >= v_batch.valid_until THEN 'coupons.batch_over' END;

    WHILE v_refusal IS NULL AND (v_kept IS NULL OR cardinality(v_kept) > 0) LOOP
      BEGIN
        v_added := '{}';
        v_counted := false;
        LOOP
          WITH numbered AS (
            SELECT o.*, row_number() OVER (PARTITION BY o.holder ORDER BY o.n)::int AS turn FROM unnest(v_orders) AS o
             WHERE (v_kept IS NULL OR o.n = ANY (v_kept)) AND o.id <> ALL (v_added)
               AND (NOT v_counted OR (
                     SELECT c.id FROM coupons.coupons c WHERE c.corp_id = p_corp AND c.issue_key = o.key) IS NULL)
          ), held AS (
            SELECT h.holder, count(c.id)::int AS coupons,
                   coalesce(array_agg(c.seq) FILTER (WHERE c.holder_id = h.holder), '{}') AS taken
              FROM (SELECT DISTINCT ON (holder) holder, members FROM numbered WHERE v_counted AND holder IS NOT NULL) h
              LEFT JOIN coupons.coupons c ON c.corp_id = p_corp AND c.batch_id = p_batch
               AND c.holder_id = ANY (h.members) AND c.seq IS NOT NULL
             GROUP BY h.holder
          ), placed AS (
            SELECT o.*, CASE WHEN o.holder IS NULL THEN NULL WHEN NOT v_counted THEN 1 ELSE (
                     SELECT free.seq FROM generate_series(1, h.coupons + o.turn) AS free(seq)
                      WHERE free.seq <> ALL (h.taken) ORDER BY free.seq OFFSET o.turn - 1 LIMIT 1) END AS seq
              FROM numbered o LEFT JOIN held h ON h.holder = o.holder
             WHERE o.holder IS NULL
                OR NOT v_counted AND o.turn = 1 AND cardinality(o.members) = 1
                OR v_counted AND h.coupons + o.turn <= v_batch.per_person
          ), inserted AS (
            INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash,
                   code_cipher, issue_key, source, source_id, channel, valid_from, valid_until, issued_at, state_at)
            SELECT p_corp, o.id, p_batch, o.customer, o.holder, o.seq, v_batch.per_person,
                   CASE WHEN o.holder IS NULL THEN 'claimable' ELSE 'claimed' END, o.hash, o.cipher, o.key, o.source,
                   o.source_id, o.channel, coalesce(o.valid_from, v_batch.valid_from), coalesce(o.valid_until, v_batch.valid_until),
                   v_at, v_at
              FROM placed o ORDER BY o.holder, o.n
                ON CONFLICT DO NOTHING
            RETURNING id)
          SELECT ARRAY(SELECT i.id FROM inserted i), (SELECT count(*) FROM placed) INTO v_new, v_placed;
          v_added := v_added || v_new;
          EXIT WHEN cardinality(v_added) = coalesce(cardinality(v_kept), cardinality(v_orders))
                 OR v_counted AND cardinality(v_new) = v_placed;
          v_counted := true;
        END LOOP;
        v_taken := coupons.take_stock(p_corp, p_batch, cardinality(v_added));
        EXIT WHEN v_taken = cardinality(v_added);
        RAISE EXCEPTION 'the stock is short' USING ERRCODE = 'CP001';
      EXCEPTION WHEN SQLSTATE 'CP001' THEN
        v_kept := ARRAY(SELECT o.n FROM unnest(v_orders) AS o WHERE o.id = ANY (v_added) ORDER BY o.n LIMIT v_taken);
        v_added := '{}'; -- they were rolled back
      END;
    END LOOP;

    RETURN QUERY
      SELECT o.n, NULL, o.id, false, coalesce(o.valid_from, v_batch.valid_from), coalesce(o.valid_until, v_batch.valid_until), v_at
        FROM unnest(v_orders) AS o WHERE o.id = ANY (v_added);
    IF cardinality(v_added) = cardinality(v_orders) THEN
      RETURN;
    END IF;
    RETURN QUERY
      SELECT o.n,
             CASE WHEN c.batch_id = p_batch AND c.customer_id IS NOT DISTINCT FROM o.customer THEN NULL
                  WHEN c.id IS NOT NULL THEN 'coupons.issue_key_reused'
                  WHEN v_refusal IS NOT NULL THEN v_refusal
                  WHEN o.n > coalesce(v_kept[cardinality(v_kept)], -1) AND v_kept IS NOT NULL THEN 'coupons.sold_out'
                  ELSE 'coupons.limit_reached' END,
             c.id, true, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz
        FROM unnest(v_orders) AS o
        LEFT JOIN LATERAL (
          SELECT c.id, c.batch_id, c.customer_id FROM coupons.coupons c
           WHERE c.corp_id = p_corp AND c.issue_key = o.key OFFSET 0) AS c ON true
       WHERE o.id <> ALL (v_added);
  END $$;
`;
