import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** A batch issued to many: who they are is frozen when the operation starts, and a cursor says how far it is. */
export class CouponsAudiences1764300070040 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE coupons.audiences (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        batch_id uuid NOT NULL,
        name text NOT NULL,
        source text NOT NULL,
        filter jsonb,
        each integer NOT NULL,
        channel text,
        state text NOT NULL,
        frozen_at timestamptz,
        customers bigint NOT NULL,
        operation_id uuid,
        only_refused boolean NOT NULL,
        cursor uuid,
        done bigint NOT NULL,
        issued bigint NOT NULL,
        refused bigint NOT NULL,
        error_code text,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT audiences_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT audiences_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
        CONSTRAINT audiences_state_check CHECK (state IN ('staging', 'running', 'done', 'failed', 'cancelled')),
        CONSTRAINT audiences_each_check CHECK (each BETWEEN 1 AND 100),
        CONSTRAINT audiences_counts_check CHECK (customers >= 0 AND done >= 0 AND issued BETWEEN 0 AND customers * each
          AND refused BETWEEN 0 AND customers)
      );
      CREATE INDEX audiences_operation_idx ON coupons.audiences (corp_id, operation_id);
      CREATE TABLE coupons.audience_members (
        corp_id uuid NOT NULL,
        audience_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        issued integer,
        refusal text,
        -- no foreign key: a million rows would look their audience up a million times
        CONSTRAINT audience_members_pkey PRIMARY KEY (corp_id, audience_id, customer_id)
      );
      CREATE INDEX audience_members_refused_idx ON coupons.audience_members (corp_id, audience_id, customer_id)
        WHERE refusal IS NOT NULL`);
    await queryRunner.query(ISSUE_ALL);
    for (const table of ['audiences', 'audience_members']) await tenantTable(queryRunner, `coupons.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION coupons.issue_all');
    await queryRunner.query('DROP TABLE coupons.audience_members, coupons.audiences');
  }
}

/**
 * So many coupons of one batch for each of many persons who are one customer each and have none of it, as most are: all of
 * them, or false and nothing, when anybody is in conflict or the stock is short. Then `coupons.issue` sorts it out. Looks
 * nothing up beforehand: the unique indexes speak when a row comes, which they have to be asked for anyway.
 *
 * Hashes and ciphers lie behind each other, all of one length: a million texts in hexadecimal digits take as long to read
 * as the coupons to store.
 */
const ISSUE_ALL = `
  CREATE FUNCTION coupons.issue_all(p_corp uuid, p_batch uuid, p_source text, p_source_id text, p_channel text, p_keys text,
    p_customers uuid[], p_each int, p_ids uuid[], p_hashes bytea, p_ciphers bytea) RETURNS boolean LANGUAGE plpgsql AS $$
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
      RETURN false;
    END IF;
    INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash, code_cipher,
           issue_key, source, source_id, channel, valid_from, valid_until, issued_at, state_at)
    SELECT p_corp, p_ids[o.n + 1], p_batch, o.customer, o.customer, o.n % p_each + 1, v_batch.per_person, 'claimed',
           substr(p_hashes, o.n * v_hash + 1, v_hash), substr(p_ciphers, o.n * v_cipher + 1, v_cipher),
           p_keys || o.customer || ':' || o.n % p_each + 1, p_source, p_source_id, p_channel,
           v_batch.valid_from, v_batch.valid_until, v_at, v_at
      FROM (SELECT n, p_customers[n / p_each + 1] AS customer FROM generate_series(0, v_count - 1) AS n) o;
    IF coupons.take_stock(p_corp, p_batch, v_count) < v_count THEN
      RAISE EXCEPTION 'the stock is short' USING ERRCODE = 'CP001';
    END IF;
    RETURN true;
  EXCEPTION WHEN unique_violation OR SQLSTATE 'CP001' THEN
    RETURN false;
  END $$;
`;
