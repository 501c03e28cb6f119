import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp, moduleSchema } from '../src/platform/database/migration-steps.js';

export class PlatformBase1763800000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'platform');
    await queryRunner.query(`
      CREATE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'table %.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
      END $$;

      CREATE TABLE platform.corps (
        id uuid NOT NULL,
        wecom_corp_id text NOT NULL,
        name text NOT NULL,
        time_zone text NOT NULL,
        languages text[] NOT NULL,
        mass_send_limit text NOT NULL,
        state text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT corps_pkey PRIMARY KEY (id),
        CONSTRAINT corps_wecom_corp_id_key UNIQUE (wecom_corp_id),
        CONSTRAINT corps_mass_send_limit_check CHECK (mass_send_limit IN ('per_day_1', 'per_week_7', 'per_month_days')),
        CONSTRAINT corps_state_check CHECK (state IN ('active', 'disconnected'))
      );
    `);
    await grantApp(queryRunner, 'platform.migrations', 'SELECT');
    await grantApp(queryRunner, 'platform.corps', 'SELECT, INSERT, UPDATE');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.corps; DROP FUNCTION platform.refuse_change()');
  }
}
