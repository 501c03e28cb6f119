import type { MigrationInterface, QueryRunner } from 'typeorm';

const AT_ONCE = 10_000;

/** Customers whose relations are all over already: in batches, so that nobody waits for the whole table; repeatable. */
export class CustomersMarkLost1764100030073 implements MigrationInterface {
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    const corps: { id: string }[] = await queryRunner.query('SELECT id FROM platform.corps');
    for (const { id } of corps) {
      await queryRunner.query(`SELECT set_config('app.corp_id', $1, false)`, [id]);
      let after: string | null = null;
      do {
        const [page]: { last: string | null }[] = await queryRunner.query(MARK_LOST, [id, after, AT_ONCE]);
        after = page?.last ?? null;
      } while (after !== null);
    }
    await queryRunner.query(`SELECT set_config('app.corp_id', '', false)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('SELECT 1'); // the column goes with the migration that brought it
  }
}

/** Along the primary key. */
const MARK_LOST = `
  WITH page AS (
    SELECT id, lost_at FROM customers.customers
     WHERE corp_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3
  ), marked AS (
    UPDATE customers.customers c SET lost_at = statement_timestamp()
      FROM page p
     WHERE c.corp_id = $1 AND c.id = p.id AND p.lost_at IS NULL
       AND EXISTS (SELECT FROM customers.follow_relations r
                    WHERE r.corp_id = $1 AND r.customer_id = c.id AND r.ended_at IS NOT NULL)
       AND NOT EXISTS (SELECT FROM customers.follow_relations r
                        WHERE r.corp_id = $1 AND r.customer_id = c.id AND r.ended_at IS NULL)
  )
  SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last`;
