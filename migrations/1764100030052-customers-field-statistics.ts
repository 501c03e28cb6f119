import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A value belongs to one field: without this the planner takes both as independent and believes in a tenth of the rows,
 * and the search reads along the wrong condition.
 */
export class CustomersFieldStatistics1764100030052 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE STATISTICS customers.field_values_text (mcv, dependencies) ON field_key, text_value FROM customers.field_values;
      CREATE STATISTICS customers.field_items_item (mcv, dependencies) ON field_key, item FROM customers.field_items`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP STATISTICS customers.field_items_item, customers.field_values_text`);
  }
}
