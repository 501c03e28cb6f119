import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, refuseChanges, tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Templates with their versions, batches with stock and budget, coupons with their transitions, redemptions with their
 * reversals. What a state may become is told here, to the database itself (docs/adr/0026).
 */
export class CouponsBase1764300070000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'coupons');
    await queryRunner.query(TEMPLATES_AND_BATCHES);
    await queryRunner.query(COUPONS);
    await queryRunner.query(REDEMPTIONS);
    await queryRunner.query(GUARDS);
    for (const table of ['templates', 'batches', 'batch_budgets', 'batch_days', 'redemptions'])
      await tenantTable(queryRunner, `coupons.${table}`, 'SELECT, INSERT, UPDATE');
    await tenantTable(queryRunner, 'coupons.batch_stock', 'SELECT, INSERT, UPDATE (remaining)');
    await tenantTable(queryRunner, 'coupons.coupons', 'SELECT, INSERT, UPDATE');
    await tenantTable(queryRunner, 'coupons.code_keys');
    await tenantTable(queryRunner, 'coupons.template_versions', 'SELECT, INSERT');
    await refuseChanges(queryRunner, 'coupons.template_versions');
    for (const table of ['coupon_events', 'reversals'])
      await tenantTable(queryRunner, `coupons.${table}`, 'SELECT, INSERT, UPDATE (reason)');
    await queryRunner.query(KEEP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA coupons CASCADE');
  }
}

const TEMPLATES_AND_BATCHES = `
  CREATE TABLE coupons.templates (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT templates_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT templates_key_key UNIQUE (corp_id, key)
  );

  CREATE TABLE coupons.template_versions (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    template_id uuid NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    terms jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT template_versions_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT template_versions_version_key UNIQUE (corp_id, template_id, version),
    CONSTRAINT template_versions_template_fkey FOREIGN KEY (corp_id, template_id)
      REFERENCES coupons.templates (corp_id, id),
    CONSTRAINT template_versions_version_check CHECK (version >= 1),
    CONSTRAINT template_versions_kind_check CHECK (kind IN ('fixed', 'percentage', 'stepped', 'exchange', 'gift', 'shipping'))
  );

  CREATE TABLE coupons.batches (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    version_id uuid NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    stock integer NOT NULL,
    per_person integer NOT NULL,
    budget bigint,
    daily_budget bigint,
    claim_from timestamptz,
    claim_until timestamptz,
    time_zone text NOT NULL,
    created_by_owner text NOT NULL,
    edited_by_owners text[] NOT NULL DEFAULT '{}',
    approved_by_owner text,
    asked_amounts jsonb,
    version integer NOT NULL DEFAULT 1,
    state_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT batches_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT batches_version_fkey FOREIGN KEY (corp_id, version_id) REFERENCES coupons.template_versions (corp_id, id),
    CONSTRAINT batches_state_check CHECK (state IN ('draft', 'approved', 'running', 'paused', 'ended', 'void')),
    CONSTRAINT batches_stock_check CHECK (stock BETWEEN 0 AND 1000000000),
    CONSTRAINT batches_per_person_check CHECK (per_person BETWEEN 1 AND 1000),
    CONSTRAINT batches_budget_check CHECK (budget >= 0 AND daily_budget >= 0),
    CONSTRAINT batches_claim_check CHECK (claim_from < claim_until),
    CONSTRAINT batches_approver_check CHECK (approved_by_owner <> created_by_owner AND approved_by_owner <> ALL (edited_by_owners)),
    CONSTRAINT batches_approved_check CHECK (state IN ('draft', 'void') OR approved_by_owner IS NOT NULL)
  );
  CREATE INDEX batches_version_idx ON coupons.batches (corp_id, version_id);
  CREATE INDEX batches_state_idx ON coupons.batches (corp_id, state, id);

  CREATE TABLE coupons.batch_stock (
    corp_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    bucket smallint NOT NULL,
    remaining integer NOT NULL,
    CONSTRAINT batch_stock_pkey PRIMARY KEY (corp_id, batch_id, bucket),
    CONSTRAINT batch_stock_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
    CONSTRAINT batch_stock_bucket_check CHECK (bucket BETWEEN 0 AND 15),
    CONSTRAINT batch_stock_remaining_check CHECK (remaining >= 0)
  ) WITH (fillfactor = 30);

  CREATE TABLE coupons.batch_budgets (
    corp_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    spent bigint NOT NULL DEFAULT 0,
    limit_amount bigint NOT NULL,
    CONSTRAINT batch_budgets_pkey PRIMARY KEY (corp_id, batch_id),
    CONSTRAINT batch_budgets_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
    CONSTRAINT batch_budgets_spent_check CHECK (spent BETWEEN 0 AND limit_amount)
  ) WITH (fillfactor = 30);

  CREATE TABLE coupons.batch_days (
    corp_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    day date NOT NULL,
    spent bigint NOT NULL DEFAULT 0,
    limit_amount bigint NOT NULL,
    CONSTRAINT batch_days_pkey PRIMARY KEY (corp_id, batch_id, day),
    CONSTRAINT batch_days_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
    CONSTRAINT batch_days_spent_check CHECK (spent BETWEEN 0 AND limit_amount)
  ) WITH (fillfactor = 50);
`;

/** The key of a corp's codes lies in an envelope: a rotation of master keys renews it alone, and what codes hash to stays. */
const COUPONS = `
  CREATE TABLE coupons.code_keys (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    key_sealed text NOT NULL,
    CONSTRAINT code_keys_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT code_keys_corp_key UNIQUE (corp_id)
  );

  CREATE TABLE coupons.coupons (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    customer_id uuid,
    holder_id uuid,
    seq integer,
    seq_limit integer NOT NULL,
    state text NOT NULL,
    code_hash bytea NOT NULL,
    code_cipher bytea NOT NULL,
    issue_key text NOT NULL,
    source text NOT NULL,
    source_id text,
    channel text,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    order_id text,
    locked_until timestamptz,
    lock_store_id uuid,
    lock_discount bigint,
    returned boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 0,
    issued_at timestamptz NOT NULL,
    state_at timestamptz NOT NULL,
    CONSTRAINT coupons_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT coupons_limit_key UNIQUE (corp_id, batch_id, holder_id, seq),
    CONSTRAINT coupons_code_key UNIQUE (corp_id, code_hash),
    CONSTRAINT coupons_issue_key UNIQUE (corp_id, issue_key),
    CONSTRAINT coupons_state_check CHECK (state IN ('claimable', 'claimed', 'locked', 'redeemed', 'reversed', 'expired', 'void')),
    CONSTRAINT coupons_seq_check CHECK (seq BETWEEN 1 AND seq_limit),
    CONSTRAINT coupons_holder_check CHECK ((holder_id IS NULL) = (seq IS NULL) OR returned),
    CONSTRAINT coupons_customer_check CHECK (state IN ('claimable', 'expired', 'void') OR holder_id IS NOT NULL AND customer_id IS NOT NULL),
    CONSTRAINT coupons_issue_key_check CHECK (char_length(issue_key) BETWEEN 1 AND 200),
    CONSTRAINT coupons_validity_check CHECK (valid_from < valid_until),
    CONSTRAINT coupons_lock_check CHECK ((state = 'locked') = (locked_until IS NOT NULL)
      AND (state = 'locked') = (lock_discount IS NOT NULL) AND (state = 'locked' OR lock_store_id IS NULL) AND lock_discount >= 0 AND locked_until <= valid_until),
    CONSTRAINT coupons_order_check CHECK (state NOT IN ('locked', 'redeemed') OR order_id IS NOT NULL),
    CONSTRAINT coupons_returned_check CHECK (state = 'void' OR NOT returned)
  );
  CREATE INDEX coupons_customer_idx ON coupons.coupons (corp_id, customer_id, id);
  CREATE INDEX coupons_batch_idx ON coupons.coupons (corp_id, batch_id, id);
  CREATE INDEX coupons_expiring_idx ON coupons.coupons (corp_id, valid_until)
    WHERE state IN ('claimable', 'claimed', 'locked');
  CREATE INDEX coupons_locked_idx ON coupons.coupons (corp_id, locked_until) WHERE state = 'locked';

  CREATE TABLE coupons.coupon_events (
    corp_id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    version integer NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    request_id text,
    store_id uuid,
    order_id text,
    redemption_id uuid,
    amount bigint,
    reason text,
    CONSTRAINT coupon_events_pkey PRIMARY KEY (corp_id, coupon_id, version),
    CONSTRAINT coupon_events_coupon_fkey FOREIGN KEY (corp_id, coupon_id) REFERENCES coupons.coupons (corp_id, id),
    CONSTRAINT coupon_events_version_check CHECK (version >= 1)
  );
`;

const REDEMPTIONS = `
  CREATE TABLE coupons.redemptions (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    coupon_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    request_no text NOT NULL,
    body_hash bytea NOT NULL,
    order_id text NOT NULL,
    order_total bigint NOT NULL,
    discount bigint NOT NULL,
    reversed bigint NOT NULL DEFAULT 0,
    open boolean NOT NULL DEFAULT true,
    store_id uuid,
    channel text,
    staff_id text,
    redeemed_at timestamptz NOT NULL,
    CONSTRAINT redemptions_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT redemptions_request_key UNIQUE (corp_id, request_no),
    CONSTRAINT redemptions_coupon_fkey FOREIGN KEY (corp_id, coupon_id) REFERENCES coupons.coupons (corp_id, id),
    CONSTRAINT redemptions_amounts_check CHECK (order_total >= 0 AND discount BETWEEN 0 AND order_total),
    CONSTRAINT redemptions_reversed_check CHECK (reversed BETWEEN 0 AND discount)
  );
  CREATE UNIQUE INDEX redemptions_open_idx ON coupons.redemptions (corp_id, coupon_id) WHERE open;
  CREATE INDEX redemptions_coupon_idx ON coupons.redemptions (corp_id, coupon_id, id);
  CREATE INDEX redemptions_batch_idx ON coupons.redemptions (corp_id, batch_id, id);
  CREATE INDEX redemptions_order_idx ON coupons.redemptions (corp_id, order_id);
  CREATE INDEX redemptions_customer_idx ON coupons.redemptions (corp_id, customer_id, id);

  CREATE TABLE coupons.reversals (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    request_no text NOT NULL,
    body_hash bytea NOT NULL,
    amount bigint NOT NULL,
    returned boolean NOT NULL,
    reason text,
    at timestamptz NOT NULL,
    CONSTRAINT reversals_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT reversals_request_key UNIQUE (corp_id, request_no),
    CONSTRAINT reversals_redemption_fkey FOREIGN KEY (corp_id, redemption_id) REFERENCES coupons.redemptions (corp_id, id),
    CONSTRAINT reversals_amount_check CHECK (amount >= 0)
  );
  CREATE INDEX reversals_redemption_idx ON coupons.reversals (corp_id, redemption_id, id);
`;

/** Of several errors the first word of each message says which rule was broken, for tests and for whoever writes SQL by hand. */
const GUARDS = `
  CREATE FUNCTION coupons.guard_batch() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'batch_version: % is not followed by %', OLD.version, NEW.version USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
         (OLD.state, NEW.state) IN (('draft', 'approved'), ('approved', 'running'), ('running', 'paused'), ('paused', 'running'),
           ('running', 'ended'), ('paused', 'ended'))
         OR NEW.state = 'void' AND OLD.state <> 'ended') THEN
      RAISE EXCEPTION 'batch_transition: % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'draft' AND ROW (NEW.version_id, NEW.per_person, NEW.claim_from, NEW.claim_until, NEW.time_zone,
          NEW.created_by_owner, NEW.edited_by_owners, NEW.approved_by_owner, NEW.budget IS NULL, NEW.daily_budget IS NULL)
        IS DISTINCT FROM ROW (OLD.version_id, OLD.per_person, OLD.claim_from, OLD.claim_until, OLD.time_zone,
          OLD.created_by_owner, OLD.edited_by_owners, OLD.approved_by_owner, OLD.budget IS NULL, OLD.daily_budget IS NULL) THEN
      RAISE EXCEPTION 'batch_fixed: what was approved does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER guard_batch BEFORE UPDATE ON coupons.batches FOR EACH ROW EXECUTE FUNCTION coupons.guard_batch();

  CREATE FUNCTION coupons.guard_coupon() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF ROW (NEW.corp_id, NEW.id, NEW.batch_id, NEW.code_hash, NEW.code_cipher, NEW.issue_key, NEW.source, NEW.source_id, NEW.issued_at)
       IS DISTINCT FROM ROW (OLD.corp_id, OLD.id, OLD.batch_id, OLD.code_hash, OLD.code_cipher, OLD.issue_key, OLD.source,
         OLD.source_id, OLD.issued_at) THEN
      RAISE EXCEPTION 'coupon_fixed: what a coupon came from does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'coupon_version: % is not followed by %', OLD.version, NEW.version USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
         ('claimable', 'claimed'), ('claimable', 'expired'), ('claimable', 'void'),
         ('claimed', 'locked'), ('claimed', 'redeemed'), ('claimed', 'expired'), ('claimed', 'void'),
         ('locked', 'claimed'), ('locked', 'locked'), ('locked', 'redeemed'), ('locked', 'expired'), ('locked', 'void'),
         ('redeemed', 'reversed'), ('redeemed', 'claimed')) THEN
      RAISE EXCEPTION 'coupon_transition: % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'locked' AND NEW.state IN ('locked', 'redeemed') AND NEW.order_id <> OLD.order_id
       AND OLD.locked_until > clock_timestamp() THEN
      RAISE EXCEPTION 'coupon_locked: another order holds the coupon until %', OLD.locked_until USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'claimable' AND ROW (NEW.customer_id, NEW.holder_id, NEW.seq_limit, NEW.valid_from, NEW.valid_until)
        IS DISTINCT FROM ROW (OLD.customer_id, OLD.holder_id, OLD.seq_limit, OLD.valid_from, OLD.valid_until)
       OR OLD.state <> 'claimable' AND NEW.seq IS DISTINCT FROM OLD.seq AND NOT NEW.returned THEN
      RAISE EXCEPTION 'coupon_fixed: whose a coupon is and when it is valid does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER guard_coupon BEFORE UPDATE ON coupons.coupons FOR EACH ROW EXECUTE FUNCTION coupons.guard_coupon();
  CREATE TRIGGER keep_coupon BEFORE DELETE ON coupons.coupons FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
  CREATE TRIGGER keep_coupon_truncate BEFORE TRUNCATE ON coupons.coupons
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
`;

/** Of what happened only the reason that somebody typed can go, when the person is erased about whom he wrote. */
const KEEP = `
  CREATE FUNCTION coupons.keep_but_reason() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.reason IS NULL AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END $$;
  ${['coupon_events', 'reversals']
    .map(
      (table) => `
  CREATE TRIGGER keep_but_reason BEFORE UPDATE ON coupons.${table} FOR EACH ROW EXECUTE FUNCTION coupons.keep_but_reason();
  CREATE TRIGGER append_only BEFORE DELETE ON coupons.${table} FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
  CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON coupons.${table}
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();`,
    )
    .join('')}
`;
