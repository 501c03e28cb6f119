import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

export interface LockedProfiles {
  /** Had no profile before; customers that do not exist, or were erased, are in neither. */
  readonly made: ReadonlySet<string>;
  /** The version of those who had one. */
  readonly known: ReadonlyMap<string, number>;
}

/** One row for each customer with own fields: who changes them holds it, and it counts the changes. Inside an open unit. */
@Injectable()
export class ProfileLocks {
  constructor(private readonly database: Database) {}

  /**
   * In the order of the ids, so that two who lock the same customers wait instead of deadlocking.
   * @param made the version of a profile that is made now: 1 counts the change that is to follow, and saves counting it.
   */
  async lock(customerIds: readonly string[], made: 0 | 1): Promise<LockedProfiles> {
    const params = [this.database.corpId, customerIds];
    const rows = await this.database.query<{ id: string }>(
      `INSERT INTO customers.profiles (corp_id, customer_id, version)
       SELECT $1, c.id, $3::int FROM customers.customers c
        WHERE c.corp_id = $1 AND c.id = ANY($2::uuid[])
          AND NOT EXISTS (SELECT FROM customers.profiles p WHERE p.corp_id = $1 AND p.customer_id = c.id)
        ORDER BY c.id
       ON CONFLICT DO NOTHING RETURNING customer_id AS id`,
      [...params, made],
    );
    const fresh = new Set(rows.map(({ id }) => id));
    if (fresh.size === customerIds.length) return { made: fresh, known: new Map() };
    const known = await this.database.query<{ id: string; version: number }>(
      `SELECT customer_id AS id, version FROM customers.profiles
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND erased_at IS NULL
        ORDER BY customer_id FOR NO KEY UPDATE`,
      params,
    );
    const others = known.filter(({ id }) => !fresh.has(id));
    return { made: fresh, known: new Map(others.map(({ id, version }) => [id, version])) };
  }

  /** In the order of the ids. */
  async listAfter(customerId: string | undefined, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT customer_id AS id FROM customers.profiles
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR customer_id > $2) ORDER BY customer_id LIMIT $3`,
      [this.database.corpId, customerId ?? null, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Of those whose row is locked. */
  async countChange(customerIds: readonly string[]): Promise<void> {
    if (customerIds.length === 0) return;
    await this.database.execute(
      `UPDATE customers.profiles SET version = version + 1 WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])`,
      [this.database.corpId, customerIds],
    );
  }

  /**
   * Two who write the same text into a field where each is of one person only take turns: both look who holds it before
   * they write. Few locks for any number of texts, since PostgreSQL has room for a few thousand. Take them before the
   * rows of profiles.
   */
  async lockTexts(texts: readonly { field: string; text: string }[]): Promise<void> {
    if (texts.length === 0) return;
    await this.database.execute(
      `SELECT pg_advisory_xact_lock(lock) FROM (
         SELECT DISTINCT hashtextextended($1::text || ' ' || field || ' ' || (hashtext(text) & 63), 0) AS lock
           FROM unnest($2::text[], $3::text[]) AS t(field, text) ORDER BY lock) AS locks`,
      [this.database.corpId, texts.map(({ field }) => field), texts.map(({ text }) => text)],
    );
  }
}
