import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, tenantTable } from '../src/platform/database/migration-steps.js';

export class CustomersMirror1763800030001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'customers');
    await queryRunner.query(CUSTOMERS);
    await queryRunner.query(RELATIONS);
    await queryRunner.query(RELATION_PARTS);
    for (const table of ['customers', 'follow_relations', 'relation_tags', 'relation_phones']) {
      await tenantTable(queryRunner, `customers.${table}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE customers.relation_phones, customers.relation_tags, customers.follow_relations, customers.customers`);
  }
}

/**
 * Each sync writes every row (fetched_at) and changes few: fetched_at stands in no index and the pages keep room, so that
 * these writes stay on their page and touch no index.
 */
const CUSTOMERS = `
  CREATE TABLE customers.customers (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    external_user_id text NOT NULL,
    name text,
    type integer,
    gender integer,
    avatar_url text,
    union_id text,
    position text,
    corp_name text,
    corp_full_name text,
    fetched_at timestamptz,
    detail_fetched_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT customers_external_user_id_key UNIQUE (corp_id, external_user_id)
  ) WITH (fillfactor = 85);
  CREATE INDEX customers_union_id_idx ON customers.customers (corp_id, union_id, id);
  CREATE INDEX customers_updated_at_idx ON customers.customers (corp_id, updated_at, id);
  CREATE INDEX customers_detail_fetched_at_idx ON customers.customers (corp_id, detail_fetched_at NULLS FIRST, id);`;

/** WeCom's userid ignores case (rest-api.md section 1): staff_key is what we compare, staff_user_id what we show. */
const RELATIONS = `
  CREATE TABLE customers.follow_relations (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    staff_user_id text NOT NULL,
    staff_key text NOT NULL,
    remark text,
    description text,
    followed_at timestamptz,
    added_at timestamptz,
    add_way integer,
    state text,
    operator_id text,
    remark_corp_name text,
    deleted_by_staff_at timestamptz,
    deleted_by_customer_at timestamptz,
    disappeared_at timestamptz,
    ended_at timestamptz,
    fetched_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT follow_relations_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT follow_relations_customer_staff_key UNIQUE (corp_id, customer_id, staff_key),
    CONSTRAINT follow_relations_customer_fkey FOREIGN KEY (corp_id, customer_id)
      REFERENCES customers.customers (corp_id, id),
    CONSTRAINT follow_relations_staff_key_check CHECK (staff_key = lower(staff_user_id)),
    CONSTRAINT follow_relations_ended_at_check CHECK (
      ended_at IS NOT DISTINCT FROM least(deleted_by_staff_at, deleted_by_customer_at, disappeared_at))
  ) WITH (fillfactor = 85);
  CREATE INDEX follow_relations_staff_customer_idx ON customers.follow_relations (corp_id, staff_key, customer_id);
  CREATE INDEX follow_relations_staff_idx ON customers.follow_relations (corp_id, staff_key, followed_at, customer_id);
  CREATE INDEX follow_relations_followed_at_idx ON customers.follow_relations (corp_id, followed_at, customer_id);
  CREATE INDEX follow_relations_add_way_idx ON customers.follow_relations (corp_id, add_way, customer_id);
  CREATE INDEX follow_relations_state_idx ON customers.follow_relations (corp_id, state, customer_id)
    WHERE state IS NOT NULL;
  CREATE INDEX follow_relations_ended_idx ON customers.follow_relations (corp_id, customer_id)
    WHERE ended_at IS NOT NULL;`;

/** customer_id is repeated in both, so that a page of customers with one tag or number is one range of an index. */
const RELATION_PARTS = `
  CREATE TABLE customers.relation_tags (
    corp_id uuid NOT NULL,
    relation_id uuid NOT NULL,
    kind text NOT NULL,
    tag text NOT NULL,
    name text,
    customer_id uuid NOT NULL,
    CONSTRAINT relation_tags_pkey PRIMARY KEY (corp_id, relation_id, kind, tag),
    CONSTRAINT relation_tags_relation_fkey FOREIGN KEY (corp_id, relation_id)
      REFERENCES customers.follow_relations (corp_id, id) ON DELETE CASCADE,
    CONSTRAINT relation_tags_kind_check CHECK (kind IN ('corp', 'personal', 'strategy'))
  );
  CREATE INDEX relation_tags_tag_idx ON customers.relation_tags (corp_id, tag, customer_id);

  CREATE TABLE customers.relation_phones (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    relation_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    number_sealed text NOT NULL,
    number_blind_index text NOT NULL,
    number_masked text NOT NULL,
    CONSTRAINT relation_phones_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT relation_phones_relation_fkey FOREIGN KEY (corp_id, relation_id)
      REFERENCES customers.follow_relations (corp_id, id) ON DELETE CASCADE
  );
  CREATE INDEX relation_phones_relation_idx ON customers.relation_phones (corp_id, relation_id);
  CREATE INDEX relation_phones_blind_index_idx ON customers.relation_phones (corp_id, number_blind_index, customer_id);`;
