import { randomBytes, randomUUID } from 'node:crypto';
import { Pool } from 'pg';

/** One claim as most shops write it: the row of the stock is locked first, and let go by the commit. */
export class LockedClaims {
  private readonly pool: Pool;

  constructor(
    url: string,
    connections: number,
    private readonly corpId: string,
  ) {
    this.pool = new Pool({ connectionString: url, max: connections });
  }

  async claim(batchId: string, customerId: string): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`BEGIN; SELECT set_config('app.corp_id', '${this.corpId}', true)`);
      const { rows } = await client.query<{ remaining: number }>({
        name: 'lock',
        text: 'SELECT remaining FROM coupons.batch_stock WHERE corp_id = $1 AND batch_id = $2 AND bucket = 0 FOR UPDATE',
        values: [this.corpId, batchId],
      });
      if (!rows[0] || rows[0].remaining < 1) throw new Error('sold out');
      await client.query({
        name: 'take',
        text: 'UPDATE coupons.batch_stock SET remaining = $3 WHERE corp_id = $1 AND batch_id = $2 AND bucket = 0',
        values: [this.corpId, batchId, rows[0].remaining - 1],
      });
      await client.query({
        name: 'give',
        text: `INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash, code_cipher,
                      issue_key, source, valid_from, valid_until, issued_at, state_at)
               VALUES ($1, $2, $3, $4, $4, 1, 1, 'claimed', $5, $6, $7, 'claim', now(), now() + interval '30 days', now(), now())`,
        values: [
          this.corpId,
          randomUUID(),
          batchId,
          customerId,
          randomBytes(32),
          randomBytes(45),
          randomUUID(),
        ],
      });
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
