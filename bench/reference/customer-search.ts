import pg from 'pg';
import type { BenchFilter } from '../customer-search/filters.js';

/** The same page as one statement by hand, on a connection that works for one corp only. */
export class RawSearch {
  private readonly pool: pg.Pool;

  constructor(
    url: string,
    private readonly corpId: string,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: 2, options: `-c app.corp_id=${corpId}` });
  }

  async page({ rows, id }: BenchFilter, after: string | undefined, limit: number): Promise<{ id: string }[]> {
    const answer = await this.pool.query<{ id: string }>(
      `SELECT c.id, c.external_user_id AS "externalUserId", c.name, c.type, c.gender, c.avatar_url AS "avatarUrl",
              c.union_id AS "unionId", c.position, c.corp_name AS "corpName", c.corp_full_name AS "corpFullName",
              c.fetched_at AS "fetchedAt", c.created_at AS "createdAt", c.updated_at AS "updatedAt"
         FROM (SELECT DISTINCT ${id} AS id FROM ${rows} ${after ? `AND ${id} > '${after}'` : ''} ORDER BY 1 LIMIT $2) s
         JOIN customers.customers c ON c.corp_id = $1 AND c.id = s.id
        ORDER BY c.id`,
      [this.corpId, limit + 1],
    );
    return answer.rows;
  }

  /** Everybody, in order. */
  async allIds({ rows, id }: BenchFilter): Promise<string[]> {
    const answer = await this.pool.query<{ id: string }>(
      `SELECT DISTINCT ${id} AS id FROM ${rows} ORDER BY 1`,
      [this.corpId],
    );
    return answer.rows.map((row) => row.id);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
