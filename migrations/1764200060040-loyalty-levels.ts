import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Levels of members: tables of levels in versions, how each member stands, the past as starts of intervals, what was
 * granted, and how far a new version has come (docs/adr/0024).
 *
 * The history holds no ends: an interval lasts until the next start, so whatever rows there are tile time, and no extension
 * is needed for a constraint over ranges.
 */
export class LoyaltyLevels1764200060040 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.level_tables (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        levels jsonb NOT NULL,
        policy text NOT NULL,
        period_months integer,
        grace_days integer NOT NULL,
        notice_days integer NOT NULL,
        created_at timestamptz NOT NULL,
        activated_at timestamptz,
        CONSTRAINT level_tables_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT level_tables_version_key UNIQUE (corp_id, program_id, version),
        CONSTRAINT level_tables_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT level_tables_state_check CHECK (state IN ('draft', 'active', 'retired')),
        CONSTRAINT level_tables_activated_check CHECK ((activated_at IS NULL) = (state = 'draft')),
        CONSTRAINT level_tables_policy_check CHECK (policy IN ('never', 'one_down', 'by_score', 'retention'))
      );
      CREATE UNIQUE INDEX level_tables_active ON loyalty.level_tables (corp_id, program_id) WHERE state = 'active';

      CREATE TABLE loyalty.member_levels (
        corp_id uuid NOT NULL,
        program_id uuid NOT NULL,
        member_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        level text NOT NULL,
        since timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        score bigint NOT NULL,
        uncounted bigint NOT NULL,
        anchor_at timestamptz NOT NULL,
        period_from timestamptz NOT NULL,
        period_score bigint NOT NULL,
        is_told boolean NOT NULL,
        is_locked boolean NOT NULL,
        locked_until timestamptz,
        benefits_until timestamptz,
        look_at timestamptz,
        version bigint NOT NULL,
        CONSTRAINT member_levels_pkey PRIMARY KEY (corp_id, program_id, member_id),
        CONSTRAINT member_levels_member_fkey FOREIGN KEY (corp_id, member_id)
          REFERENCES loyalty.members (corp_id, id) ON DELETE CASCADE,
        CONSTRAINT member_levels_score_check CHECK (score >= 0),
        CONSTRAINT member_levels_locked_check CHECK (is_locked OR locked_until IS NULL),
        CONSTRAINT member_levels_since_check CHECK (since <= changed_at)
      ) WITH (fillfactor = 80);
      CREATE INDEX member_levels_look ON loyalty.member_levels (corp_id, look_at) WHERE look_at IS NOT NULL;

      CREATE TABLE loyalty.level_history (
        corp_id uuid NOT NULL,
        member_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        level text NOT NULL,
        from_level text,
        reason text NOT NULL,
        score bigint NOT NULL,
        table_id uuid NOT NULL,
        note text,
        actor text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT level_history_pkey PRIMARY KEY (corp_id, member_id, started_at),
        CONSTRAINT level_history_reason_check CHECK (reason IN ('joined', 'opening', 'score', 'period_end', 'table',
          'locked', 'unlocked', 'lock_ended'))
      );

      CREATE TABLE loyalty.level_grants (
        corp_id uuid NOT NULL,
        member_id uuid NOT NULL,
        level text NOT NULL,
        benefit text NOT NULL,
        period text NOT NULL,
        table_id uuid NOT NULL,
        granted_at timestamptz NOT NULL,
        delivered_at timestamptz,
        problem text,
        CONSTRAINT level_grants_pkey PRIMARY KEY (corp_id, member_id, level, benefit, period)
      );

      CREATE TABLE loyalty.relevels (
        corp_id uuid NOT NULL,
        operation_id uuid NOT NULL,
        table_id uuid NOT NULL,
        downgrades_now boolean NOT NULL,
        restarts boolean NOT NULL,
        renamed text[] NOT NULL,
        enters boolean NOT NULL,
        after_member uuid,
        done bigint NOT NULL,
        pairs jsonb NOT NULL,
        finished boolean NOT NULL,
        CONSTRAINT relevels_pkey PRIMARY KEY (corp_id, operation_id)
      );
      CREATE INDEX relevels_table ON loyalty.relevels (corp_id, table_id, operation_id)`);
    await tenantTable(queryRunner, 'loyalty.level_tables', 'SELECT, INSERT, UPDATE (state, activated_at)');
    for (const table of ['member_levels', 'relevels']) await tenantTable(queryRunner, `loyalty.${table}`);
    await tenantTable(queryRunner, 'loyalty.level_history', 'SELECT, INSERT, UPDATE (note), DELETE');
    await tenantTable(
      queryRunner,
      'loyalty.level_grants',
      'SELECT, INSERT, UPDATE (delivered_at, problem), DELETE',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP TABLE loyalty.relevels, loyalty.level_grants, loyalty.level_history, loyalty.member_levels, loyalty.level_tables`,
    );
  }
}
