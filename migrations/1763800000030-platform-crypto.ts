import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp } from '../src/platform/database/migration-steps.js';

export class PlatformCrypto1763800000030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.key_checks (
        key_id text NOT NULL,
        check_value text NOT NULL,
        CONSTRAINT key_checks_pkey PRIMARY KEY (key_id)
      );
    `);
    await grantApp(queryRunner, 'platform.key_checks', 'SELECT, INSERT, DELETE');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.key_checks');
  }
}
