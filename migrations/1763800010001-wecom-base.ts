import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp, moduleSchema, tenantTable } from '../src/platform/database/migration-steps.js';

/** Connections, tokens, quotas and the inbox of callbacks: what the wire to WeCom needs. */
export class WecomBase1763800010001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'wecom');
    await queryRunner.query(`
      CREATE TABLE platform.callback_places (
        id text NOT NULL,
        corp_id uuid NOT NULL,
        app_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT callback_places_pkey PRIMARY KEY (id),
        CONSTRAINT callback_places_app_key UNIQUE (corp_id, app_id)
      );

      CREATE TABLE wecom.apps (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL,
        agent_id bigint,
        name text NOT NULL,
        secret_sealed text NOT NULL,
        secret_version integer NOT NULL,
        state text NOT NULL,
        checked_at timestamptz,
        problem_errcode integer,
        problem_api text,
        problem_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT apps_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT apps_kind_check CHECK (kind IN ('self_built', 'directory_assistant')),
        CONSTRAINT apps_state_check CHECK (state IN ('unverified', 'valid', 'rejected')),
        CONSTRAINT apps_agent_check CHECK ((kind = 'self_built') = (agent_id IS NOT NULL)),
        CONSTRAINT apps_agent_key UNIQUE (corp_id, agent_id)
      );
      CREATE UNIQUE INDEX apps_one_assistant ON wecom.apps (corp_id) WHERE kind = 'directory_assistant';

      CREATE TABLE wecom.callback_credentials (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        app_id uuid NOT NULL,
        token_sealed text NOT NULL,
        aes_key_sealed text NOT NULL,
        created_at timestamptz NOT NULL,
        accepted_until timestamptz,
        CONSTRAINT callback_credentials_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT callback_credentials_app_fkey FOREIGN KEY (corp_id, app_id)
          REFERENCES wecom.apps (corp_id, id) ON DELETE CASCADE
      );
      CREATE INDEX callback_credentials_app ON wecom.callback_credentials (corp_id, app_id);

      CREATE TABLE wecom.access_tokens (
        corp_id uuid NOT NULL,
        app_id uuid NOT NULL,
        token_sealed text,
        version integer NOT NULL,
        refresh_at timestamptz,
        leased_until timestamptz,
        paused_until timestamptz,
        paused_errcode integer,
        CONSTRAINT access_tokens_pkey PRIMARY KEY (corp_id, app_id),
        CONSTRAINT access_tokens_app_fkey FOREIGN KEY (corp_id, app_id)
          REFERENCES wecom.apps (corp_id, id) ON DELETE CASCADE
      );

      CREATE UNLOGGED TABLE wecom.quota_windows (
        corp_id uuid NOT NULL,
        api text NOT NULL,
        minute_start timestamptz NOT NULL,
        minute_used integer NOT NULL,
        hour_start timestamptz NOT NULL,
        hour_used integer NOT NULL,
        blocked_until timestamptz,
        CONSTRAINT quota_windows_pkey PRIMARY KEY (corp_id, api),
        CONSTRAINT quota_windows_used_check CHECK (minute_used <= 10000 AND hour_used <= 150000)
      );

      CREATE TABLE wecom.callbacks (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        app_id uuid NOT NULL,
        event text NOT NULL,
        change_type text,
        happened_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        dedupe_key text NOT NULL,
        body_sealed text NOT NULL,
        event_id uuid,
        CONSTRAINT callbacks_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT callbacks_dedupe_key UNIQUE (corp_id, app_id, dedupe_key)
      );
      CREATE INDEX callbacks_received ON wecom.callbacks (corp_id, received_at, id);
    `);
    await grantApp(queryRunner, 'platform.callback_places', 'SELECT, INSERT, DELETE');
    for (const table of ['apps', 'callback_credentials', 'access_tokens', 'quota_windows', 'callbacks']) {
      await tenantTable(queryRunner, `wecom.${table}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA wecom CASCADE; DROP TABLE platform.callback_places');
  }
}
