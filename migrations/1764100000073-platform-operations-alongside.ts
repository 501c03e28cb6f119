import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Some work of one kind may be open several times: two members' customers are handed over at once, each for a day. */
export class PlatformOperationsAlongside1764100000073 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE platform.operations ADD COLUMN IF NOT EXISTS alongside boolean NOT NULL DEFAULT false',
    );
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS platform.operations_alone_idx'); // half made
    await queryRunner.query(`
      CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS operations_alone_idx
        ON platform.operations (corp_id, kind) WHERE finished_at IS NULL AND NOT alongside`);
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS platform.operations_one_open_idx');
  }

  /** Refused while several of a kind are open. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE UNIQUE INDEX CONCURRENTLY operations_one_open_idx
        ON platform.operations (corp_id, kind) WHERE finished_at IS NULL`);
    await queryRunner.query('DROP INDEX CONCURRENTLY platform.operations_alone_idx');
    await queryRunner.query('ALTER TABLE platform.operations DROP COLUMN alongside');
  }
}
