import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A CRM or a shop knows customers who are no contact of any staff; an order may come before the friendship. The walk over
 * details asks WeCom, which knows contacts only, so its index leaves the others out.
 */
export class CustomersOfOtherSystems1764100030001 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE customers.customers ALTER COLUMN external_user_id DROP NOT NULL`);
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS customers.customers_detail_walk_idx`); // half made
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY customers_detail_walk_idx
        ON customers.customers (corp_id, detail_fetched_at NULLS FIRST, id) WHERE external_user_id IS NOT NULL`);
    await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS customers.customers_detail_fetched_at_idx`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY customers_detail_fetched_at_idx
        ON customers.customers (corp_id, detail_fetched_at NULLS FIRST, id)`);
    await queryRunner.query(`DROP INDEX CONCURRENTLY customers.customers_detail_walk_idx`);
    await queryRunner.query(`DELETE FROM customers.customers WHERE external_user_id IS NULL`);
    await queryRunner.query(`ALTER TABLE customers.customers ALTER COLUMN external_user_id SET NOT NULL`);
  }
}
