import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the customers first stored in some days. Never updated, and new rows go to its end. */
export class CustomersCreatedAt1764100030051 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS customers.customers_created_at_idx`); // half made
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS customers_created_at_idx
        ON customers.customers (corp_id, created_at, id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX CONCURRENTLY customers.customers_created_at_idx`);
  }
}
