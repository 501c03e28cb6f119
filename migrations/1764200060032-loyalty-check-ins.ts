import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** What a program gives for checking in, and who did on which day of its calendar. */
export class LoyaltyCheckIns1764200060032 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.check_in_settings (
        corp_id uuid NOT NULL,
        program_id uuid NOT NULL,
        points bigint NOT NULL,
        growth bigint NOT NULL,
        milestones jsonb NOT NULL,
        CONSTRAINT check_in_settings_pkey PRIMARY KEY (corp_id, program_id),
        CONSTRAINT check_in_settings_program_fkey FOREIGN KEY (corp_id, program_id)
          REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT check_in_settings_reward_check CHECK (points >= 0 AND growth >= 0)
      );
      CREATE TABLE loyalty.check_ins (
        corp_id uuid NOT NULL,
        member_id uuid NOT NULL,
        day date NOT NULL,
        streak integer NOT NULL,
        points bigint NOT NULL,
        growth bigint NOT NULL,
        milestones jsonb NOT NULL,
        checked_in_at timestamptz NOT NULL,
        CONSTRAINT check_ins_pkey PRIMARY KEY (corp_id, member_id, day),
        CONSTRAINT check_ins_member_fkey FOREIGN KEY (corp_id, member_id) REFERENCES loyalty.members (corp_id, id),
        CONSTRAINT check_ins_streak_check CHECK (streak > 0)
      )`);
    for (const table of ['check_in_settings', 'check_ins'])
      await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.check_ins, loyalty.check_in_settings');
  }
}
