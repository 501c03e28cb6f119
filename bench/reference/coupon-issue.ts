import { Client } from 'pg';

/**
 * One bare INSERT … SELECT of the same rows into the same table with the same indexes and without its triggers: the rows that
 * the own side made, as they are. No codes to make, no stock, no limits, no events, nothing to go on from.
 */
export class BareIssue {
  private readonly client: Client;

  constructor(
    appUrl: string,
    private readonly corpId: string,
  ) {
    this.client = new Client({ connectionString: appUrl });
  }

  async open(): Promise<void> {
    await this.client.connect();
    await this.client.query(`SELECT set_config('app.corp_id', $1, false)`, [this.corpId]);
  }

  /** @returns seconds, and how many rows it inserted. */
  async run(): Promise<{ seconds: number; rows: number }> {
    const startedAt = performance.now();
    const { rowCount } = await this.client.query(
      'INSERT INTO coupons.coupons SELECT * FROM bench.coupons WHERE corp_id = $1',
      [this.corpId],
    );
    return { seconds: (performance.now() - startedAt) / 1000, rows: rowCount ?? 0 };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
