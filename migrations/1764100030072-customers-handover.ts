import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** What is handed over from whom to whom, and what became of each customer and group. */
export class CustomersHandover1764100030072 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE customers.handovers (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL,
        from_user_id text NOT NULL,
        from_key text NOT NULL,
        to_user_id text NOT NULL,
        message text,
        is_listing boolean NOT NULL,
        cancelled_at timestamptz,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT handovers_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT handovers_kind_check CHECK (kind IN ('in_service', 'resigned')),
        CONSTRAINT handovers_from_key_check CHECK (from_key = lower(from_user_id))
      );
      CREATE TABLE customers.handover_items (
        corp_id uuid NOT NULL,
        handover_id uuid NOT NULL,
        subject text NOT NULL,
        wecom_id text NOT NULL,
        state text NOT NULL,
        errcode integer,
        not_before timestamptz,
        called_at timestamptz,
        takeover_at timestamptz,
        settled_at timestamptz,
        CONSTRAINT handover_items_pkey PRIMARY KEY (corp_id, handover_id, subject, wecom_id),
        CONSTRAINT handover_items_handover_fkey FOREIGN KEY (corp_id, handover_id)
          REFERENCES customers.handovers (corp_id, id) ON DELETE CASCADE,
        CONSTRAINT handover_items_subject_check CHECK (subject IN ('customer', 'group')),
        CONSTRAINT handover_items_state_check CHECK (state IN ('waiting', 'calling', 'accepted', 'done',
          'refused_by_customer', 'taker_full', 'too_often', 'not_a_customer', 'failed', 'unknown', 'cancelled')),
        CONSTRAINT handover_items_settled_check CHECK (
          (settled_at IS NULL) = (state IN ('waiting', 'calling', 'accepted')))
      );
      CREATE INDEX handover_items_state_idx
        ON customers.handover_items (corp_id, handover_id, state, subject, wecom_id);
      CREATE INDEX handover_items_open_idx ON customers.handover_items (corp_id, wecom_id) WHERE settled_at IS NULL;
      CREATE INDEX handover_items_groups_idx ON customers.handover_items (corp_id, called_at) WHERE subject = 'group'`);
    for (const table of ['handovers', 'handover_items']) await tenantTable(queryRunner, `customers.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE customers.handover_items, customers.handovers');
  }
}
