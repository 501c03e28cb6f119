import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A CRM or a shop knows customers who are no contact of any staff; an order may come before the friendship. */
export class CustomersOfOtherSystems1764100030001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- squawk-ignore ban-drop-not-null
      ALTER TABLE customers.customers ALTER COLUMN external_user_id DROP NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM customers.customers WHERE external_user_id IS NULL`);
    await queryRunner.query(`ALTER TABLE customers.customers ALTER COLUMN external_user_id SET NOT NULL`);
  }
}
