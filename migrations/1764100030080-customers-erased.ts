import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of a customer that was erased the profile stays, and says so: no value and no identifier comes back to it. */
export class CustomersErased1764100030080 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE customers.profiles ADD COLUMN erased_at timestamptz`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE customers.profiles DROP COLUMN erased_at`);
  }
}
