import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** The least that redeems a coupon once: one transaction, a statement for each row, by plain connections. */
export class PlainRedeeming {
  private readonly clients: Client[];

  constructor(
    url: string,
    private readonly corpId: string,
    callers: number,
  ) {
    this.clients = Array.from({ length: callers }, () => new Client({ connectionString: url }));
  }

  async open(): Promise<void> {
    for (const client of this.clients) await client.connect();
  }

  /** @returns seconds a redemption. @throws when one is refused. */
  async run(coupons: readonly string[]): Promise<number> {
    let next = 0;
    const startedAt = performance.now();
    const work = async (client: Client): Promise<void> => {
      for (let id = coupons[next++]; id; id = coupons[next++]) await this.redeem(client, id);
    };
    await Promise.all(this.clients.map(work));
    return (performance.now() - startedAt) / 1000 / coupons.length;
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.end().catch(() => undefined);
  }

  private async redeem(client: Client, id: string): Promise<void> {
    const { corpId } = this;
    await client.query(`BEGIN; SELECT set_config('app.corp_id', '${corpId}', true)`);
    const { rows } = await client.query<{ batch: string; customer: string; version: number }>({
      name: 'lock',
      text: `SELECT batch_id AS batch, customer_id AS customer, version FROM coupons.coupons
              WHERE corp_id = $1 AND id = $2 AND state = 'claimed' AND valid_until > clock_timestamp() FOR UPDATE`,
      values: [corpId, id],
    });
    const [coupon] = rows;
    if (!coupon) throw new Error('a coupon was refused');
    const order = randomUUID();
    await client.query({
      name: 'move',
      text: `UPDATE coupons.coupons SET state = 'redeemed', order_id = $3, version = version + 1, state_at = clock_timestamp()
              WHERE corp_id = $1 AND id = $2`,
      values: [corpId, id, order],
    });
    const redemption = randomUUID();
    await client.query({
      name: 'event',
      text: `INSERT INTO coupons.coupon_events (corp_id, coupon_id, version, from_state, to_state, at, actor_kind, actor_id,
               order_id, redemption_id)
             VALUES ($1, $2, $3, 'claimed', 'redeemed', clock_timestamp(), 'system', 'bench', $4, $5)`,
      values: [corpId, id, coupon.version + 1, order, redemption],
    });
    await client.query({
      name: 'redemption',
      text: `INSERT INTO coupons.redemptions (corp_id, id, coupon_id, batch_id, customer_id, request_no, body_hash, order_id,
               order_total, discount, redeemed_at, booked_at)
             VALUES ($1, $2, $3, $4, $5, $6, '\\x00', $7, 10000, 500, clock_timestamp(), clock_timestamp())`,
      values: [corpId, redemption, id, coupon.batch, coupon.customer, redemption, order],
    });
    await client.query('COMMIT');
  }
}
