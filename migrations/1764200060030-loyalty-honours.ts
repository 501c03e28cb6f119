import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Medals, titles and privileges of a program, and who holds them. */
export class LoyaltyHonours1764200060030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.honours (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        key text NOT NULL,
        kind text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        mark text,
        period text NOT NULL,
        valid_days integer,
        rule_kind text,
        rule_ref text,
        rule_count bigint,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT honours_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT honours_key_key UNIQUE (corp_id, program_id, key),
        CONSTRAINT honours_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT honours_kind_check CHECK (kind IN ('medal', 'title', 'privilege')),
        CONSTRAINT honours_period_check CHECK (period IN ('day', 'week', 'month', 'year', 'lifetime')),
        CONSTRAINT honours_valid_check CHECK (valid_days > 0),
        CONSTRAINT honours_rule_check CHECK (rule_kind IN ('level', 'streak', 'check_ins', 'earned', 'board'))
      );
      CREATE TABLE loyalty.honour_grants (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        honour_id uuid NOT NULL,
        member_id uuid NOT NULL,
        period text NOT NULL,
        source text NOT NULL,
        reason text,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        granted_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        revoked_reason text,
        CONSTRAINT honour_grants_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT honour_grants_honour_fkey FOREIGN KEY (corp_id, honour_id) REFERENCES loyalty.honours (corp_id, id),
        CONSTRAINT honour_grants_member_fkey FOREIGN KEY (corp_id, member_id) REFERENCES loyalty.members (corp_id, id),
        CONSTRAINT honour_grants_source_check CHECK (source IN ('staff', 'rule', 'exchange', 'level', 'board')),
        CONSTRAINT honour_grants_revoked_check CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
      );
      CREATE UNIQUE INDEX honour_grants_once_idx ON loyalty.honour_grants (corp_id, member_id, honour_id, period)
        WHERE revoked_at IS NULL;
      CREATE INDEX honour_grants_member_idx ON loyalty.honour_grants (corp_id, member_id, honour_id, period)`);
    for (const table of ['honours', 'honour_grants']) await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.honour_grants, loyalty.honours');
  }
}
