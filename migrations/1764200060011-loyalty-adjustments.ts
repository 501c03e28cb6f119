import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Corrections by staff, and from how many points on a second person has to agree. */
export class LoyaltyAdjustments1764200060011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.adjustment_limits (
        corp_id uuid NOT NULL,
        program_id uuid NOT NULL,
        points bigint NOT NULL,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        CONSTRAINT adjustment_limits_pkey PRIMARY KEY (corp_id, program_id),
        CONSTRAINT adjustment_limits_program_fkey FOREIGN KEY (corp_id, program_id)
          REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT adjustment_limits_points_check CHECK (points BETWEEN 0 AND 1000000000000)
      );
      CREATE TABLE loyalty.adjustments (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        key text NOT NULL,
        customer_id uuid NOT NULL,
        wallet text NOT NULL,
        amount bigint NOT NULL,
        reason text NOT NULL,
        state text NOT NULL,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        decided_by text,
        decided_at timestamptz,
        decision_reason text,
        transfer_id uuid,
        CONSTRAINT adjustments_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT adjustments_key_key UNIQUE (corp_id, program_id, key),
        CONSTRAINT adjustments_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT adjustments_amount_check CHECK (amount <> 0 AND abs(amount) <= 1000000000000),
        CONSTRAINT adjustments_state_check CHECK (state IN ('requested', 'approved', 'refused', 'withdrawn')),
        CONSTRAINT adjustments_posted_check CHECK ((state = 'approved') = (transfer_id IS NOT NULL)),
        CONSTRAINT adjustments_decided_check CHECK ((state = 'requested') = (decided_at IS NULL)),
        CONSTRAINT adjustments_approver_check CHECK (decided_by <> requested_by OR state = 'withdrawn')
      );
      CREATE INDEX adjustments_alone_idx ON loyalty.adjustments (corp_id, program_id, requested_by, decided_at)
        WHERE state = 'approved' AND decided_by IS NULL;
      CREATE INDEX adjustments_state_idx ON loyalty.adjustments (corp_id, state, id);
      CREATE INDEX adjustments_customer_idx ON loyalty.adjustments (corp_id, customer_id, id)`);
    for (const table of ['adjustment_limits', 'adjustments'])
      await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.adjustments, loyalty.adjustment_limits');
  }
}
