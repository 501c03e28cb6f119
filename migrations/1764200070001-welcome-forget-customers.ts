import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A customer who was erased leaves the row of the welcome code, which is never tried twice, without saying whose it was. */
export class WelcomeForgetCustomers1764200070001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- squawk-ignore ban-drop-not-null
      ALTER TABLE welcome.messages ALTER COLUMN external_user_id DROP NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE welcome.messages SET external_user_id = '' WHERE external_user_id IS NULL;
      ALTER TABLE welcome.messages ALTER COLUMN external_user_id SET NOT NULL`);
  }
}
