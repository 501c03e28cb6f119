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
    for (const table of ['audiences', 'audience_members']) await tenantTable(queryRunner, `coupons.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE coupons.audience_members, coupons.audiences');
  }
}
