import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key may be bound to stores; NULL: to none, which is what all keys are that exist. */
export class PlatformKeysOfStores1764300000020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE platform.api_keys ADD COLUMN store_codes text[]');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE platform.api_keys DROP COLUMN store_codes');
  }
}
