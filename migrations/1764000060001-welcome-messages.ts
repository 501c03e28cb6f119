import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, tenantTable } from '../src/platform/database/migration-steps.js';

/** What new friends are greeted with, the files that go along, and what became of each welcome code. */
export class WelcomeMessages1764000060001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'welcome');
    await queryRunner.query(`
      CREATE TABLE welcome.rules (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        target text NOT NULL,
        enabled boolean NOT NULL,
        silent boolean NOT NULL,
        text text,
        attachments jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT rules_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT rules_target_key UNIQUE (corp_id, target)
      );

      CREATE TABLE welcome.files (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        content_type text NOT NULL,
        size_bytes bigint NOT NULL,
        bytes bytea NOT NULL,
        wecom_reference text,
        usable_until timestamptz,
        problem text,
        problem_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT files_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT files_kind_check CHECK (kind IN ('image', 'video', 'file', 'picture'))
      );
      -- pictures, videos and most documents are compressed already
      ALTER TABLE welcome.files ALTER COLUMN bytes SET STORAGE EXTERNAL;

      CREATE TABLE welcome.rule_files (
        corp_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        file_id uuid NOT NULL,
        CONSTRAINT rule_files_pkey PRIMARY KEY (corp_id, rule_id, file_id),
        CONSTRAINT rule_files_rule_fkey FOREIGN KEY (corp_id, rule_id)
          REFERENCES welcome.rules (corp_id, id) ON DELETE CASCADE,
        CONSTRAINT rule_files_file_fkey FOREIGN KEY (corp_id, file_id) REFERENCES welcome.files (corp_id, id)
      );
      CREATE INDEX rule_files_file ON welcome.rule_files (corp_id, file_id);

      CREATE TABLE welcome.messages (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        welcome_code text NOT NULL,
        staff_user_id text NOT NULL,
        staff_key text NOT NULL,
        external_user_id text NOT NULL,
        event_id uuid NOT NULL,
        rule_id uuid,
        state text NOT NULL,
        errcode bigint,
        attachments_left_out integer NOT NULL,
        happened_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        tried_at timestamptz,
        ended_at timestamptz,
        CONSTRAINT messages_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT messages_code_key UNIQUE (corp_id, welcome_code),
        CONSTRAINT messages_state_check CHECK (state IN ('sending', 'sent', 'already_delivered', 'code_invalid',
          'given_up', 'refused', 'unknown', 'no_rule', 'silent'))
      );
      CREATE INDEX messages_received ON welcome.messages (corp_id, received_at, id);
      CREATE INDEX messages_state ON welcome.messages (corp_id, state, received_at, id);
      CREATE INDEX messages_staff ON welcome.messages (corp_id, staff_key, received_at, id);
    `);
    for (const table of ['rules', 'files', 'rule_files', 'messages']) {
      await tenantTable(queryRunner, `welcome.${table}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA welcome CASCADE');
  }
}
