import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an entry is, bound to all before it in its account. Verified by anybody who has the columns (docs/adr/0021). */
const ENTRY_HASH = `
  CREATE FUNCTION loyalty.entry_hash(previous bytea, corp_id uuid, account_id uuid, seq bigint, transfer_id uuid,
      kind text, delta bigint, balance_after bigint, debt_delta bigint, debt_after bigint, recorded_at timestamptz)
    RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(previous || uuid_send(corp_id) || uuid_send(account_id) || int8send(seq) || uuid_send(transfer_id)
      || int8send(delta) || int8send(balance_after) || int8send(debt_delta) || int8send(debt_after)
      || timestamptz_send(recorded_at) || kind::bytea)`;

/**
 * Takes an amount from lots, those that expire first of all: each of the entries p_seqs notes what it took. What a hold
 * reserves of a lot is not taken.
 * p_live: none past its expiry. p_only: no other lots than these. p_partly: what there is; else all or nothing.
 */
const TAKE_LOTS = `
  CREATE FUNCTION loyalty.take_lots(p_corp uuid, p_accounts uuid[], p_seqs bigint[], p_amount bigint, p_at timestamptz,
      p_live boolean, p_only bigint[], p_partly boolean)
    RETURNS TABLE (account uuid, taken bigint) LANGUAGE plpgsql AS $$
  DECLARE
    c_lots refcursor;
    lot record;
    v_left bigint := p_amount;
    v_accounts uuid[] := '{}';
    v_entries bigint[] := '{}';
    v_lots bigint[] := '{}';
    v_amounts bigint[] := '{}';
  BEGIN
    IF cardinality(p_accounts) = 1 THEN -- along lots_open, whose first few lots are mostly enough
      OPEN c_lots NO SCROLL FOR
        SELECT l.account_id, p_seqs[1] AS entry_seq, l.seq, l.remaining - l.held AS free, l.expires_at <= p_at AS is_dead
          FROM loyalty.lots l WHERE l.corp_id = p_corp AND l.account_id = p_accounts[1] AND l.remaining > 0
         ORDER BY l.expires_at, l.seq;
    ELSE
      OPEN c_lots NO SCROLL FOR
        SELECT l.account_id, a.entry_seq, l.seq, l.remaining - l.held AS free, l.expires_at <= p_at AS is_dead
          FROM unnest(p_accounts, p_seqs) WITH ORDINALITY AS a(id, entry_seq, place),
               LATERAL (SELECT * FROM loyalty.lots o
                         WHERE o.corp_id = p_corp AND o.account_id = a.id AND o.remaining > 0 OFFSET 0) l
         ORDER BY l.expires_at, a.place, l.seq;
    END IF;
    LOOP
      FETCH c_lots INTO lot;
      EXIT WHEN NOT FOUND OR v_left = 0;
      CONTINUE WHEN lot.free = 0 OR p_only IS NOT NULL AND lot.seq <> ALL (p_only)
        OR p_live AND lot.is_dead;
      v_accounts := v_accounts || lot.account_id;
      v_entries := v_entries || lot.entry_seq;
      v_lots := v_lots || lot.seq;
      v_amounts := v_amounts || least(lot.free, v_left);
      v_left := v_left - least(lot.free, v_left);
    END LOOP;
    CLOSE c_lots;
    IF v_lots = '{}' OR v_left > 0 AND NOT p_partly THEN RETURN; END IF;

    FOR i IN 1 .. cardinality(v_lots) LOOP
      UPDATE loyalty.lots l SET remaining = l.remaining - v_amounts[i]
       WHERE l.corp_id = p_corp AND l.account_id = v_accounts[i] AND l.seq = v_lots[i];
    END LOOP;
    INSERT INTO loyalty.lot_uses AS u (corp_id, account_id, entry_seq, lot_seq, amount)
    SELECT p_corp, used.* FROM unnest(v_accounts, v_entries, v_lots, v_amounts) AS used
    ON CONFLICT ON CONSTRAINT lot_uses_pkey DO UPDATE SET amount = u.amount + excluded.amount;
    RETURN QUERY
      SELECT used.id, sum(used.amount)::bigint FROM unnest(v_accounts, v_amounts) AS used(id, amount)
       GROUP BY used.id ORDER BY array_position(p_accounts, used.id);
  END $$`;

/** Gives back what a transfer took, with the expiry that it had: what it took last comes back first. */
const GIVE_BACK_LOTS = `
  CREATE FUNCTION loyalty.give_back_lots(p_corp uuid, p_transfer uuid, p_amount bigint)
    RETURNS TABLE (account uuid, given bigint, lots bigint[]) LANGUAGE plpgsql AS $$
  BEGIN
    RETURN QUERY
    WITH use AS (
      SELECT u.account_id, u.entry_seq, u.lot_seq, u.amount - u.given_back AS open, l.expires_at
        FROM loyalty.entries e
        JOIN loyalty.lot_uses u ON u.corp_id = e.corp_id AND u.account_id = e.account_id AND u.entry_seq = e.seq
        JOIN loyalty.lots l ON l.corp_id = u.corp_id AND l.account_id = u.account_id AND l.seq = u.lot_seq
       WHERE e.corp_id = p_corp AND e.transfer_id = p_transfer AND u.amount > u.given_back
    ), queue AS (
      SELECT *, sum(open) OVER (ORDER BY expires_at DESC, account_id DESC, lot_seq DESC) - open AS before FROM use
    ), back AS (
      SELECT *, least(open, p_amount - before)::bigint AS amount FROM queue WHERE before < p_amount
    ), changed AS (
      UPDATE loyalty.lots l SET remaining = l.remaining + back.amount
        FROM back WHERE l.corp_id = p_corp AND l.account_id = back.account_id AND l.seq = back.lot_seq
    ), noted AS (
      UPDATE loyalty.lot_uses u SET given_back = u.given_back + back.amount
        FROM back WHERE u.corp_id = p_corp AND u.account_id = back.account_id AND u.entry_seq = back.entry_seq
         AND u.lot_seq = back.lot_seq
    )
    SELECT back.account_id, sum(back.amount)::bigint, array_agg(back.lot_seq) FROM back GROUP BY back.account_id
     ORDER BY back.account_id;
  END $$`;

/**
 * Points of a lot that expired unspent are lost to the customer already: taking the earning back turns their expiry into
 * the taking, and makes no debt of them.
 */
const TAKE_EXPIRED = `
  CREATE FUNCTION loyalty.take_expired(p_corp uuid, p_account uuid, p_lot bigint, p_seq bigint, p_amount bigint)
    RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    v_taken bigint := 0;
    v_part bigint;
    use record;
  BEGIN
    FOR use IN
      SELECT u.entry_seq, e.transfer_id, u.amount - u.given_back AS open
        FROM loyalty.lot_uses u
        JOIN loyalty.entries e ON e.corp_id = u.corp_id AND e.account_id = u.account_id AND e.seq = u.entry_seq
       WHERE u.corp_id = p_corp AND u.account_id = p_account AND u.lot_seq = p_lot AND e.kind = 'expire'
         AND u.amount > u.given_back
       ORDER BY u.entry_seq
    LOOP
      EXIT WHEN v_taken = p_amount;
      v_part := least(use.open, p_amount - v_taken);
      v_taken := v_taken + v_part;
      UPDATE loyalty.lot_uses u SET given_back = u.given_back + v_part
       WHERE u.corp_id = p_corp AND u.account_id = p_account AND u.entry_seq = use.entry_seq AND u.lot_seq = p_lot;
      UPDATE loyalty.transfers t SET reversed_amount = t.reversed_amount + v_part
       WHERE t.corp_id = p_corp AND t.id = use.transfer_id;
    END LOOP;
    IF v_taken > 0 THEN
      INSERT INTO loyalty.lot_uses AS u (corp_id, account_id, entry_seq, lot_seq, amount)
      VALUES (p_corp, p_account, p_seq, p_lot, v_taken)
      ON CONFLICT ON CONSTRAINT lot_uses_pkey DO UPDATE SET amount = u.amount + excluded.amount;
    END IF;
    RETURN v_taken;
  END $$`;

/**
 * Books up to 1,000 items, each wholly or not at all, in their order; rows say what became of each (ledger-store.ts). All
 * accounts are locked first, in the order of their ids, so nothing that is decided then changes any more. What the items
 * leave is written by one statement a table; only what takes points, or gives them back, asks for lots in between.
 *
 * Each row is looked up by its key, however small a table was when a connection planned, and whether or not it was ever
 * analysed: that is what the settings say, for the functions that are called from here, too, and the subqueries with a limit,
 * an offset or a lock, which are never joined. A join of the items to a table that looks small reads all of it.
 */
const POST = `
  CREATE FUNCTION loyalty.post(p_corp uuid, p_at timestamptz, p_items jsonb)
    RETURNS TABLE (n integer, code text, replayed boolean, transfer uuid, account uuid, member uuid, customer uuid,
      wallet uuid, program uuid, seq bigint, kind text, delta bigint, balance_after bigint, debt_after bigint,
      earned_total bigint, recorded_at timestamptz)
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off AS $$
  #variable_conflict use_column
  DECLARE
    k_balance_max CONSTANT bigint := 1000000000000000;
    item record;
    original record;
    part record;
    v_ids uuid[];                            -- of the locked accounts, sorted
    v_accounts loyalty.accounts[];           -- as they are after the items so far
    v_transfers loyalty.transfers[] := '{}'; -- what is still to be written
    v_entries loyalty.entries[] := '{}';
    v_lots loyalty.lots[] := '{}';
    v_uses loyalty.lot_uses[] := '{}';
    v_fresh uuid[] := '{}';                  -- accounts that v_lots are of
    v_moves integer[];                       -- of an item: the accounts it changes, by place in v_ids
    v_deltas bigint[];
    v_debts bigint[];
    v_from uuid[];
    v_seqs bigint[];
    v_account loyalty.accounts;
    v_id uuid;
    v_place integer;
    v_amount bigint;
    v_delta bigint;
    v_debt bigint;
    v_lot bigint;
    v_at timestamptz;
    is_credit boolean;
  BEGIN
    SELECT array_agg(x.id ORDER BY x.id), array_agg(x.row ORDER BY x.id) INTO v_ids, v_accounts FROM (
      SELECT acc.id, acc.row FROM (
        SELECT o.id FROM jsonb_to_recordset(p_items) AS i(wallet uuid, customers uuid[]), unnest(i.customers) AS c(id),
               LATERAL (SELECT a.id FROM loyalty.accounts a
                         WHERE a.corp_id = p_corp AND a.customer_id = c.id AND a.wallet_id = i.wallet LIMIT 1) o
         UNION
        SELECT e.account_id FROM jsonb_to_recordset(p_items) AS i(reverses uuid),
               LATERAL (SELECT n.account_id FROM loyalty.entries n
                         WHERE n.corp_id = p_corp AND n.transfer_id = i.reverses OFFSET 0) e
         WHERE i.reverses IS NOT NULL
         ORDER BY id) AS wanted,
        LATERAL (SELECT a.id, a AS row FROM loyalty.accounts a
                  WHERE a.corp_id = p_corp AND a.id = wanted.id FOR UPDATE) acc) x;

    FOR item IN
      SELECT i.*, t.id AS known, t.body_hash = i.hash AS is_same,
             CASE WHEN i.kind = 'spend' OR i.amount < 0 THEN ( -- EXISTS would be planned as a hash of all frozen members
               SELECT m.frozen_at FROM loyalty.members m WHERE m.corp_id = p_corp AND m.program_id = i.program
                  AND m.customer_id = i.customer) END IS NOT NULL AS is_frozen,
             CASE WHEN i.kind = 'spend' THEN ARRAY(
               SELECT o.id FROM unnest(i.customers) AS c(id),
                      LATERAL (SELECT a.id, a.member_id FROM loyalty.accounts a
                                WHERE a.corp_id = p_corp AND a.customer_id = c.id AND a.wallet_id = i.wallet LIMIT 1) o,
                      LATERAL (SELECT m.frozen_at FROM loyalty.members m
                                WHERE m.corp_id = p_corp AND m.id = o.member_id LIMIT 1) m
                WHERE m.frozen_at IS NULL ORDER BY c.id <> i.customer, o.id)
               WHEN i.kind <> 'reverse' THEN ARRAY(
               SELECT o.id FROM loyalty.accounts o
                WHERE o.corp_id = p_corp AND o.customer_id = i.customer AND o.wallet_id = i.wallet) END AS accounts
        FROM jsonb_to_recordset(p_items) AS i(n integer, id uuid, program uuid, key text, hash bytea, kind text,
               wallet uuid, customer uuid, customers uuid[], amount bigint, reverses uuid,
               reason text, actor_kind text, actor_id text, request text, event uuid, rule uuid, effective timestamptz, expires timestamptz, extends boolean,
               refusal text)
        LEFT JOIN LATERAL (
          SELECT o.id, o.body_hash FROM loyalty.transfers o
           WHERE o.corp_id = p_corp AND o.program_id = i.program AND o.key = i.key LIMIT 1) t ON true
       ORDER BY i.n
    LOOP
      n := item.n; replayed := false; transfer := item.id; v_amount := item.amount;

      IF item.is_same THEN
        RETURN QUERY
          SELECT item.n, NULL::text, true, e.transfer_id, e.account_id, o.member_id, o.customer_id, o.wallet_id,
                 o.program_id, e.seq, e.kind, e.delta, e.balance_after, e.debt_after, o.earned_total, e.recorded_at
            FROM loyalty.entries e JOIN loyalty.accounts o ON o.corp_id = e.corp_id AND o.id = e.account_id
           WHERE e.corp_id = p_corp AND e.transfer_id = item.known ORDER BY e.account_id;
        CONTINUE;
      END IF;
      is_credit := item.kind IN ('earn', 'opening') OR item.kind = 'adjust' AND v_amount > 0;
      code := CASE
        WHEN item.known IS NOT NULL THEN 'loyalty.key_reused'
        WHEN item.refusal IS NOT NULL THEN item.refusal
        WHEN item.is_frozen THEN 'loyalty.member_frozen'
        WHEN cardinality(item.accounts) = 0 THEN 'member_missing'
        -- opened after the others were locked: the caller looks again and locks it
        WHEN is_credit AND array_position(v_ids, item.accounts[1]) IS NULL THEN 'member_missing' END;
      IF code IS NOT NULL THEN RETURN NEXT; CONTINUE; END IF;

      IF item.kind = 'reverse' OR (NOT is_credit OR item.extends) AND item.accounts && v_fresh THEN
        INSERT INTO loyalty.lots SELECT l.* FROM unnest(v_lots) AS l; -- it must see the lots of the items before
        v_lots := '{}'; v_fresh := '{}';
      END IF;
      v_moves := '{}'; v_deltas := '{}'; v_debts := '{}'; v_from := '{}'; v_seqs := '{}';

      IF is_credit THEN -- pays what is owed; the rest is a lot
        v_place := array_position(v_ids, item.accounts[1]);
        v_debt := least(v_accounts[v_place].debt, v_amount);
        v_delta := v_amount - v_debt;
        IF v_accounts[v_place].posted + v_delta > k_balance_max THEN
          code := 'loyalty.overflow'; RETURN NEXT; CONTINUE;
        END IF;
        IF item.extends THEN
          UPDATE loyalty.lots l SET expires_at = item.expires
           WHERE l.corp_id = p_corp AND l.account_id = v_ids[v_place] AND l.remaining > 0 AND l.expires_at > p_at
             AND (item.expires IS NULL OR l.expires_at < item.expires);
        END IF;
        IF v_delta > 0 THEN
          v_lots := v_lots || ROW(p_corp, v_ids[v_place], v_accounts[v_place].version + 1, v_delta, v_delta,
            0, item.expires)::loyalty.lots;
          v_fresh := v_fresh || v_ids[v_place];
        END IF;
        v_moves := ARRAY[v_place]; v_deltas := ARRAY[v_delta]; v_debts := ARRAY[-v_debt];

      ELSIF item.kind <> 'reverse' THEN -- spend, adjust: takes lots
        FOREACH v_id IN ARRAY item.accounts LOOP
          v_place := array_position(v_ids, v_id);
          CONTINUE WHEN v_place IS NULL; -- opened after the others were locked
          v_from := v_from || v_id;
          v_seqs := v_seqs || v_accounts[v_place].version + 1;
        END LOOP;
        UPDATE loyalty.lots l SET remaining = l.remaining - abs(v_amount) -- the first lot mostly is enough
         WHERE cardinality(v_from) = 1 AND l.corp_id = p_corp AND l.account_id = v_from[1]
           AND l.seq = (SELECT o.seq FROM loyalty.lots o
                         WHERE o.corp_id = p_corp AND o.account_id = v_from[1] AND o.remaining > 0 AND o.remaining > o.held
                           AND (o.expires_at IS NULL OR o.expires_at > p_at) ORDER BY o.expires_at, o.seq LIMIT 1)
           AND l.remaining - l.held >= abs(v_amount)
        RETURNING l.seq INTO v_lot;
        IF FOUND THEN
          v_uses := v_uses || ROW(p_corp, v_from[1], v_seqs[1], v_lot, abs(v_amount), 0)::loyalty.lot_uses;
          v_moves := ARRAY[array_position(v_ids, v_from[1])]; v_deltas := ARRAY[-abs(v_amount)]; v_debts := ARRAY[0::bigint];
        ELSE
          FOR part IN SELECT * FROM loyalty.take_lots(p_corp, v_from, v_seqs, abs(v_amount), p_at, true, NULL, false)
          LOOP
            v_moves := v_moves || array_position(v_ids, part.account);
            v_deltas := v_deltas || -part.taken;
            v_debts := v_debts || 0::bigint;
          END LOOP;
        END IF;
        IF cardinality(v_moves) = 0 THEN
          code := 'loyalty.points_insufficient'; RETURN NEXT; CONTINUE;
        END IF;

      ELSE
        -- a range in order means the primary key; an equation may be read along the index of keys, from end to end
        SELECT t.id, t.program_id, t.kind, abs(t.amount) - t.reversed_amount AS open, t.amount, t.ctid AS place INTO original
          FROM loyalty.transfers t
         WHERE t.corp_id = p_corp AND t.id BETWEEN item.reverses AND item.reverses ORDER BY t.id LIMIT 1;
        v_amount := coalesce(v_amount, original.open);
        code := CASE
          WHEN original.program_id IS DISTINCT FROM item.program THEN 'loyalty.transfer_not_found'
          WHEN original.kind = 'reverse' THEN 'loyalty.transfer_not_reversible'
          WHEN v_amount <= 0 OR v_amount > original.open THEN 'loyalty.reversal_exceeds' END;
        IF code IS NOT NULL THEN RETURN NEXT; CONTINUE; END IF;
        UPDATE loyalty.transfers t SET reversed_amount = t.reversed_amount + v_amount
         WHERE t.corp_id = p_corp AND t.ctid = original.place; -- still there: whoever changes it locks its accounts

        IF original.kind IN ('earn', 'opening') OR original.kind = 'adjust' AND original.amount > 0 THEN
          -- its own lot, then what of it expired, then what else can be spent; the rest is owed
          SELECT e.account_id, e.seq INTO part FROM loyalty.entries e
           WHERE e.corp_id = p_corp AND e.transfer_id = original.id;
          v_place := array_position(v_ids, part.account_id);
          v_account := v_accounts[v_place];
          v_delta := coalesce((SELECT taken FROM loyalty.take_lots(p_corp, ARRAY[v_account.id],
            ARRAY[v_account.version + 1], v_amount, p_at, false, ARRAY[part.seq], true)), 0);
          v_debt := v_amount - v_delta;
          IF v_debt > 0 THEN
            v_debt := v_debt - loyalty.take_expired(p_corp, v_account.id, part.seq, v_account.version + 1, v_debt);
          END IF;
          IF v_debt > 0 THEN
            v_amount := v_debt; -- as what is left to take
            v_debt := v_debt - coalesce((SELECT taken FROM loyalty.take_lots(p_corp, ARRAY[v_account.id],
              ARRAY[v_account.version + 1], v_debt, p_at, true, NULL, true)), 0);
            v_delta := v_delta + v_amount - v_debt;
            v_amount := coalesce(item.amount, original.open);
          END IF;
          v_moves := ARRAY[v_place]; v_deltas := ARRAY[-v_delta]; v_debts := ARRAY[v_debt];
          IF original.kind = 'earn' THEN
            v_accounts[v_place].earned_total := v_account.earned_total - v_amount;
          END IF;
        ELSE
          FOR part IN SELECT * FROM loyalty.give_back_lots(p_corp, original.id, v_amount) LOOP
            v_place := array_position(v_ids, part.account);
            v_account := v_accounts[v_place];
            v_debt := least(v_account.debt, part.given);
            IF v_debt > 0 THEN -- what is owed is paid with what comes back
              PERFORM loyalty.take_lots(p_corp, ARRAY[v_account.id], ARRAY[v_account.version + 1],
                v_debt, p_at, false, part.lots, false);
            END IF;
            v_moves := v_moves || v_place;
            v_deltas := v_deltas || part.given - v_debt;
            v_debts := v_debts || -v_debt;
          END LOOP;
        END IF;
      END IF;

      v_transfers := v_transfers || ROW(p_corp, item.id, item.program, item.key, item.hash, item.kind, item.reverses, 0,
        v_amount, item.actor_kind, item.actor_id, item.request, item.reason, item.event, item.rule,
        coalesce(item.effective, p_at), p_at)::loyalty.transfers;
      FOR m IN 1 .. cardinality(v_moves) LOOP
        v_account := v_accounts[v_moves[m]];
        v_at := greatest(p_at, v_account.recorded_at);
        v_account.version := v_account.version + 1;
        v_account.posted := v_account.posted + v_deltas[m];
        v_account.debt := v_account.debt + v_debts[m];
        v_account.recorded_at := v_at;
        IF item.kind = 'earn' THEN v_account.earned_total := v_account.earned_total + v_amount; END IF;
        v_account.chain_head := loyalty.entry_hash(v_account.chain_head, p_corp, v_account.id, v_account.version, item.id,
          item.kind, v_deltas[m], v_account.posted, v_debts[m], v_account.debt, v_at);
        v_accounts[v_moves[m]] := v_account;
        v_entries := v_entries || ROW(p_corp, v_account.id, v_account.version, item.id, item.kind, v_deltas[m],
          v_account.posted, v_debts[m], v_account.debt, v_at, v_account.chain_head)::loyalty.entries;
        account := v_account.id; member := v_account.member_id; customer := v_account.customer_id;
        wallet := v_account.wallet_id; program := v_account.program_id; seq := v_account.version; kind := item.kind;
        delta := v_deltas[m]; balance_after := v_account.posted; debt_after := v_account.debt;
        earned_total := v_account.earned_total; recorded_at := v_at;
        RETURN NEXT;
      END LOOP;
    END LOOP;

    IF cardinality(v_transfers) = 0 THEN RETURN; END IF;
    INSERT INTO loyalty.transfers SELECT t.* FROM unnest(v_transfers) AS t ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_place = ROW_COUNT;
    IF v_place < cardinality(v_transfers) THEN -- a call for another account took a key in between: look again
      RAISE 'a key was taken by a posting at the same time' USING ERRCODE = 'serialization_failure';
    END IF;
    INSERT INTO loyalty.lots SELECT l.* FROM unnest(v_lots) AS l;
    INSERT INTO loyalty.lot_uses SELECT u.* FROM unnest(v_uses) AS u;
    INSERT INTO loyalty.entries SELECT e.* FROM unnest(v_entries) AS e;
    -- an update from a list may be planned as a look at every account of the corp; this one finds each by its key
    INSERT INTO loyalty.accounts AS o SELECT x.* FROM unnest(v_accounts) AS x
    ON CONFLICT ON CONSTRAINT accounts_pkey DO UPDATE
       SET posted = excluded.posted, debt = excluded.debt, earned_total = excluded.earned_total,
           version = excluded.version, chain_head = excluded.chain_head, recorded_at = excluded.recorded_at
     WHERE o.version < excluded.version;
  END $$`;

export class LoyaltyPost1764200060001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const definition of [ENTRY_HASH, TAKE_LOTS, GIVE_BACK_LOTS, TAKE_EXPIRED, POST])
      await queryRunner.query(definition);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION loyalty.post, loyalty.take_expired, loyalty.give_back_lots, loyalty.take_lots, loyalty.entry_hash`);
  }
}
