import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The walk over details asks WeCom, which knows contacts only: its index leaves customers of other systems out. */
export class CustomersDetailWalk1764100030002 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS customers.customers_detail_walk_idx`); // half made
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS customers_detail_walk_idx
        ON customers.customers (corp_id, detail_fetched_at NULLS FIRST, id) WHERE external_user_id IS NOT NULL`);
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS customers.customers_detail_fetched_at_idx`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY customers_detail_fetched_at_idx
        ON customers.customers (corp_id, detail_fetched_at NULLS FIRST, id)`);
    await queryRunner.query(`DROP INDEX CONCURRENTLY customers.customers_detail_walk_idx`);
  }
}
