import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, refuseChanges, tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Programs with their wallets and members, and the points ledger: accounts, the transfers that change them, an entry for
 * each change, and the lots that say which points expire when (docs/adr/0021).
 */
export class LoyaltyLedger1764200060000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'loyalty');
    await queryRunner.query(`
      CREATE TABLE loyalty.programs (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        key text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        time_zone text NOT NULL,
        ended_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT programs_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT programs_key_key UNIQUE (corp_id, key)
      );

      CREATE TABLE loyalty.wallets (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        key text NOT NULL,
        kind text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        expiry_kind text NOT NULL,
        expiry_count integer NOT NULL,
        extends_on_earning boolean NOT NULL,
        CONSTRAINT wallets_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT wallets_key_key UNIQUE (corp_id, program_id, key),
        CONSTRAINT wallets_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT wallets_kind_check CHECK (kind IN ('spendable', 'growth')),
        CONSTRAINT wallets_expiry_kind_check CHECK (expiry_kind IN ('never', 'days', 'month_end', 'year_end')),
        CONSTRAINT wallets_expiry_count_check CHECK ((expiry_kind = 'never') = (expiry_count = 0) AND expiry_count >= 0)
      );

      CREATE TABLE loyalty.members (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        joined_at timestamptz NOT NULL,
        frozen_at timestamptz,
        frozen_reason text,
        left_at timestamptz,
        CONSTRAINT members_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT members_customer_key UNIQUE (corp_id, program_id, customer_id)
      );
      CREATE INDEX members_of_customer ON loyalty.members (corp_id, customer_id);

      CREATE TABLE loyalty.accounts (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        member_id uuid NOT NULL,
        wallet_id uuid NOT NULL,
        program_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        posted bigint NOT NULL DEFAULT 0,
        held bigint NOT NULL DEFAULT 0,
        debt bigint NOT NULL DEFAULT 0,
        earned_total bigint NOT NULL DEFAULT 0,
        version bigint NOT NULL DEFAULT 0,
        chain_head bytea NOT NULL DEFAULT '',
        recorded_at timestamptz,
        CONSTRAINT accounts_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT accounts_member_key UNIQUE (corp_id, member_id, wallet_id),
        CONSTRAINT accounts_customer_key UNIQUE (corp_id, customer_id, wallet_id),
        CONSTRAINT accounts_posted_check CHECK (posted >= 0),
        CONSTRAINT accounts_held_check CHECK (held >= 0 AND held <= posted),
        CONSTRAINT accounts_debt_check CHECK (debt >= 0),
        CONSTRAINT accounts_earned_total_check CHECK (earned_total >= 0)
      ) WITH (fillfactor = 70);

      CREATE TABLE loyalty.transfers (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        key text NOT NULL,
        body_hash bytea NOT NULL,
        kind text NOT NULL,
        reverses uuid,
        reversed_amount bigint NOT NULL DEFAULT 0,
        amount bigint NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        request_id text,
        reason text,
        source_event_id uuid,
        rule_version_id uuid,
        effective_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT transfers_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT transfers_key_key UNIQUE (corp_id, program_id, key),
        CONSTRAINT transfers_key_check CHECK (char_length(key) BETWEEN 1 AND 128),
        CONSTRAINT transfers_reversed_check CHECK (reversed_amount BETWEEN 0 AND abs(amount))
      ) WITH (fillfactor = 90);
      CREATE INDEX transfers_reverses ON loyalty.transfers (corp_id, reverses) WHERE reverses IS NOT NULL;

      CREATE TABLE loyalty.entries (
        corp_id uuid NOT NULL,
        account_id uuid NOT NULL,
        seq bigint NOT NULL,
        transfer_id uuid NOT NULL,
        kind text NOT NULL,
        delta bigint NOT NULL,
        balance_after bigint NOT NULL,
        debt_delta bigint NOT NULL,
        debt_after bigint NOT NULL,
        recorded_at timestamptz NOT NULL,
        hash bytea NOT NULL,
        CONSTRAINT entries_pkey PRIMARY KEY (corp_id, account_id, seq),
        CONSTRAINT entries_kind_check CHECK (kind IN ('earn', 'spend', 'adjust', 'opening', 'expire', 'reverse',
          'hold_post', 'settle')),
        CONSTRAINT entries_after_check CHECK (balance_after >= 0 AND debt_after >= 0)
      );
      CREATE INDEX entries_recorded ON loyalty.entries (corp_id, account_id, recorded_at, seq);
      CREATE INDEX entries_transfer ON loyalty.entries (corp_id, transfer_id);

      CREATE TABLE loyalty.lots (
        corp_id uuid NOT NULL,
        account_id uuid NOT NULL,
        seq bigint NOT NULL,
        amount bigint NOT NULL,
        remaining bigint NOT NULL,
        held bigint NOT NULL DEFAULT 0,
        expires_at timestamptz,
        CONSTRAINT lots_pkey PRIMARY KEY (corp_id, account_id, seq),
        CONSTRAINT lots_remaining_check CHECK (remaining BETWEEN 0 AND amount),
        CONSTRAINT lots_held_check CHECK (held BETWEEN 0 AND remaining)
      );
      CREATE INDEX lots_open ON loyalty.lots (corp_id, account_id, expires_at, seq) WHERE remaining > 0;
      CREATE INDEX lots_expiring ON loyalty.lots (corp_id, expires_at) WHERE remaining > held AND expires_at IS NOT NULL;

      CREATE TABLE loyalty.lot_uses (
        corp_id uuid NOT NULL,
        account_id uuid NOT NULL,
        entry_seq bigint NOT NULL,
        lot_seq bigint NOT NULL,
        amount bigint NOT NULL,
        given_back bigint NOT NULL DEFAULT 0,
        CONSTRAINT lot_uses_pkey PRIMARY KEY (corp_id, account_id, entry_seq, lot_seq),
        CONSTRAINT lot_uses_given_back_check CHECK (amount > 0 AND given_back BETWEEN 0 AND amount)
      );
      CREATE INDEX lot_uses_lot ON loyalty.lot_uses (corp_id, account_id, lot_seq);
    `);
    for (const table of ['programs', 'wallets', 'members'])
      await tenantTable(queryRunner, `loyalty.${table}`);
    await tenantTable(queryRunner, 'loyalty.accounts', 'SELECT, INSERT, UPDATE');
    await tenantTable(queryRunner, 'loyalty.transfers', 'SELECT, INSERT, UPDATE (reason, reversed_amount)');
    await tenantTable(queryRunner, 'loyalty.entries', 'SELECT, INSERT');
    await tenantTable(queryRunner, 'loyalty.lots', 'SELECT, INSERT, UPDATE (remaining, held, expires_at)');
    await tenantTable(queryRunner, 'loyalty.lot_uses', 'SELECT, INSERT, UPDATE (amount, given_back)');
    await refuseChanges(queryRunner, 'loyalty.entries');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA loyalty CASCADE');
  }
}
