import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Points that are reserved for a while: for whom, until when, from which lots, and what became of them (docs/adr/0022). */
export class LoyaltyHolds1764200060010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.holds (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        key text NOT NULL,
        customer_id uuid NOT NULL,
        wallet text NOT NULL,
        amount bigint NOT NULL,
        reason text,
        expires_at timestamptz NOT NULL,
        state text NOT NULL,
        posted_amount bigint NOT NULL DEFAULT 0,
        transfer_id uuid,
        created_at timestamptz NOT NULL,
        resolved_at timestamptz,
        CONSTRAINT holds_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT holds_key_key UNIQUE (corp_id, program_id, key),
        CONSTRAINT holds_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT holds_amount_check CHECK (amount BETWEEN 1 AND 1000000000000),
        CONSTRAINT holds_state_check CHECK (state IN ('open', 'posted', 'voided', 'expired')),
        CONSTRAINT holds_posted_check CHECK (posted_amount BETWEEN 0 AND amount
          AND (state = 'posted') = (posted_amount > 0) AND (state = 'posted') = (transfer_id IS NOT NULL)),
        CONSTRAINT holds_resolved_check CHECK ((state = 'open') = (resolved_at IS NULL))
      );
      CREATE INDEX holds_customer_idx ON loyalty.holds (corp_id, customer_id, id);
      CREATE INDEX holds_open_idx ON loyalty.holds (corp_id, expires_at) WHERE state = 'open';
      CREATE TABLE loyalty.hold_lots (
        corp_id uuid NOT NULL,
        hold_id uuid NOT NULL,
        account_id uuid NOT NULL,
        lot_seq bigint NOT NULL,
        amount bigint NOT NULL,
        CONSTRAINT hold_lots_pkey PRIMARY KEY (corp_id, hold_id, account_id, lot_seq),
        CONSTRAINT hold_lots_hold_fkey FOREIGN KEY (corp_id, hold_id) REFERENCES loyalty.holds (corp_id, id),
        CONSTRAINT hold_lots_lot_fkey FOREIGN KEY (corp_id, account_id, lot_seq)
          REFERENCES loyalty.lots (corp_id, account_id, seq),
        CONSTRAINT hold_lots_amount_check CHECK (amount > 0)
      )`);
    await tenantTable(queryRunner, 'loyalty.holds', 'SELECT, INSERT, UPDATE');
    await tenantTable(queryRunner, 'loyalty.hold_lots', 'SELECT, INSERT');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.hold_lots, loyalty.holds');
  }
}
