import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Calls of the few APIs that WeCom limits by day and month. */
export class WecomDailyCalls1764000010002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE wecom.daily_calls (
        corp_id uuid NOT NULL,
        api text NOT NULL,
        day date NOT NULL,
        used integer NOT NULL,
        CONSTRAINT daily_calls_pkey PRIMARY KEY (corp_id, api, day)
      )
    `);
    await tenantTable(queryRunner, 'wecom.daily_calls');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE wecom.daily_calls');
  }
}
