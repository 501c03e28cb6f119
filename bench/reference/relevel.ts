import { Client } from 'pg';

/**
 * One bare UPDATE … FROM that writes the same columns of the same rows: the level of the score, since when, and the period
 * that begins with it. No history, no events, nothing to go on from.
 */
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
      `UPDATE loyalty.member_levels m
          SET level = l.key, since = $5, changed_at = $5, anchor_at = $5, period_from = $5, period_score = m.score, is_told = false,
              look_at = CASE WHEN l.threshold > 0 THEN $5::timestamptz + interval '11 months' END, version = m.version + 1
         FROM (SELECT key, threshold, lead(threshold, 1, 9e15::bigint) OVER (ORDER BY threshold) AS above
                 FROM unnest($3::text[], $4::bigint[]) AS given(key, threshold)) l
        WHERE m.corp_id = $1 AND m.program_id = $2 AND m.score >= l.threshold AND m.score < l.above
          AND m.level <> l.key`,
      [
        this.corpId,
        this.programId,
        levels.map(({ key }) => key),
        levels.map(({ threshold }) => threshold),
        new Date(),
      ],
    );
    return { seconds: (performance.now() - startedAt) / 1000, rows: rowCount ?? 0 };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
