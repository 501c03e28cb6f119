import { Client } from 'pg';

/** The least that a re-level can be: one statement that gives each member whose level differs the one of his score. */
export class BareRelevel {
  private readonly client: Client;

  constructor(
    appUrl: string,
    private readonly corpId: string,
    private readonly programId: string,
  ) {
    this.client = new Client({ connectionString: appUrl });
  }

  async open(): Promise<void> {
    await this.client.connect();
    await this.client.query(`SELECT set_config('app.corp_id', $1, false)`, [this.corpId]);
  }

  /** @returns seconds, and how many rows it changed. */
  async run(
    levels: readonly { key: string; threshold: number }[],
  ): Promise<{ seconds: number; rows: number }> {
    const startedAt = performance.now();
    const { rowCount } = await this.client.query(
      `UPDATE loyalty.member_levels m SET level = l.key
         FROM (SELECT key, threshold, lead(threshold, 1, 9e15::bigint) OVER (ORDER BY threshold) AS above
                 FROM unnest($3::text[], $4::bigint[]) AS given(key, threshold)) l
        WHERE m.corp_id = $1 AND m.program_id = $2 AND m.score >= l.threshold AND m.score < l.above
          AND m.level <> l.key`,
      [this.corpId, this.programId, levels.map(({ key }) => key), levels.map(({ threshold }) => threshold)],
    );
    return { seconds: (performance.now() - startedAt) / 1000, rows: rowCount ?? 0 };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
