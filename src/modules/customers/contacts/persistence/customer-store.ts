import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Observation, ObservedProfile, ReadAt } from '../domain/contact-observation.js';

/** What became of an observed profile. */
export interface StoredProfile {
  readonly id: string;
  /** New, or different in anything that the API shows of it; its `updated_at` says so already. */
  readonly changed: boolean;
  /** Had no active relation before this read. */
  readonly lost: boolean;
  /** The first time that everything of the customer was shown. */
  readonly firstDetail: boolean;
}

/**
 * Rows of customers. Whoever writes a customer's relations writes or locks the customer first: so two of them take turns.
 * Inside an open unit of work.
 */
@Injectable()
export class CustomerStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** The database's clock: take it before a WeCom call, so that of two reads the older one never wins. */
  async readClock(): Promise<ReadAt> {
    const { at } = await this.database.one<{ at: ReadAt }>('SELECT clock_timestamp()::text AS at');
    return at;
  }

  /** @returns every observed customer by external id. A profile with a newer read is left alone. */
  async upsertProfiles(observation: Observation): Promise<Map<string, StoredProfile>> {
    const profiles = new Map(observation.profiles.map((profile) => [profile.externalUserId, profile]));
    const written = await this.database.query<StoredProfile & { externalUserId: string }>(UPSERT_PROFILES, [
      this.database.corpId,
      JSON.stringify([...profiles.values()].map((profile) => this.toRecord(profile))),
      observation.readAt,
      observation.source === 'detail',
    ]);
    const stored = new Map(written.map(({ externalUserId, ...profile }) => [externalUserId, profile]));
    const left = [...profiles.keys()].filter((externalUserId) => !stored.has(externalUserId));
    for (const { externalUserId, id, lost } of await this.listIds(left)) {
      stored.set(externalUserId, { id, changed: false, lost, firstDetail: false });
    }
    return stored;
  }

  /** Locks the customer; makes a stub when there is none, for an event that comes before any read. */
  async lockOrStub(externalUserId: string): Promise<string> {
    const { corpId } = this.database;
    await this.database.execute(
      `INSERT INTO customers.customers (corp_id, id, external_user_id, created_at, updated_at)
       VALUES ($1, $2, $3, now(), now()) ON CONFLICT DO NOTHING`,
      [corpId, this.ids.next(), externalUserId],
    );
    const { id } = await this.database.one<{ id: string }>(
      `SELECT id FROM customers.customers WHERE corp_id = $1 AND external_user_id = $2 FOR NO KEY UPDATE`,
      [corpId, externalUserId],
    );
    return id;
  }

  /** Customers that WeCom does not know, or not yet. @returns their ids, oldest first. */
  async addOfOtherSystems(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => this.ids.next());
    await this.database.execute(
      `INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
       SELECT $1, id, statement_timestamp(), statement_timestamp() FROM unnest($2::uuid[]) AS id`,
      [this.database.corpId, ids],
    );
    return ids;
  }

  /**
   * Something that the API shows of these customers has changed. Who was touched or made in this transaction, is. The times
   * are compared so that no index answers it: before the first ANALYZE PostgreSQL would take customers_updated_at_idx, and
   * read it once for each id.
   */
  async touch(customerIds: readonly string[]): Promise<void> {
    if (customerIds.length === 0) return;
    await this.database.execute(
      `UPDATE customers.customers SET updated_at = statement_timestamp()
        WHERE corp_id = $1 AND id = ANY($2::uuid[]) AND now() - updated_at > interval '0'`,
      [this.database.corpId, customerIds],
    );
  }

  /** Those whose detail (personal tags) is the oldest, the never read ones first. */
  async listOldestDetails(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ externalUserId: string }>(
      `SELECT external_user_id AS "externalUserId" FROM customers.customers
        WHERE corp_id = $1 AND external_user_id IS NOT NULL
        ORDER BY detail_fetched_at NULLS FIRST, id LIMIT $2`,
      [this.database.corpId, limit],
    );
    return rows.map((row) => row.externalUserId);
  }

  /** The detail was asked for and there was none: the walk goes on to the next. */
  async markDetailAsked(externalUserId: string, readAt: ReadAt): Promise<void> {
    await this.database.execute(
      `UPDATE customers.customers SET detail_fetched_at = greatest(detail_fetched_at, $3::timestamptz)
        WHERE corp_id = $1 AND external_user_id = $2`,
      [this.database.corpId, externalUserId, readAt],
    );
  }

  private async listIds(
    externalUserIds: readonly string[],
  ): Promise<{ externalUserId: string; id: string; lost: boolean }[]> {
    if (externalUserIds.length === 0) return [];
    return this.database.query(
      `SELECT external_user_id AS "externalUserId", id, lost_at IS NOT NULL AS lost FROM customers.customers
        WHERE corp_id = $1 AND external_user_id = ANY($2::text[])`,
      [this.database.corpId, externalUserIds],
    );
  }

  private toRecord(profile: ObservedProfile): object {
    return {
      id: this.ids.next(),
      external_user_id: profile.externalUserId,
      name: profile.name,
      type: profile.type,
      gender: profile.gender,
      avatar_url: profile.avatarUrl,
      union_id: profile.unionId,
      position: profile.position,
      corp_name: profile.corpName,
      corp_full_name: profile.corpFullName,
    };
  }
}

/**
 * One statement for all profiles of a read, found by the unique key (corp_id, external_user_id) and taken in its order, so
 * that two reads with the same customers wait instead of deadlocking. $4: the read shows everything; otherwise what is
 * absent stays. `updated_at` moves only where something that is shown differs; the time of the
 * statement, not of the transaction, which may write the same customer more than once.
 */
const OPTIONAL_COLUMNS = ['avatar_url', 'union_id', 'position', 'corp_name', 'corp_full_name'];
const kept = (column: string) =>
  `CASE WHEN $4 THEN excluded.${column} ELSE coalesce(excluded.${column}, c.${column}) END`;
const UPSERT_PROFILES = `
  INSERT INTO customers.customers AS c (corp_id, id, external_user_id, name, type, gender, avatar_url, union_id,
         position, corp_name, corp_full_name, fetched_at, detail_fetched_at, created_at, updated_at)
  SELECT $1, i.*, $3::timestamptz, CASE WHEN $4 THEN $3::timestamptz END, statement_timestamp(), statement_timestamp()
    FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, external_user_id text, name text, type int, gender int,
         avatar_url text, union_id text, position text, corp_name text, corp_full_name text)
   ORDER BY i.external_user_id
  ON CONFLICT (corp_id, external_user_id) DO UPDATE SET
    name = excluded.name, type = excluded.type, gender = excluded.gender,
    ${OPTIONAL_COLUMNS.map((column) => `${column} = ${kept(column)}`).join(', ')},
    fetched_at = excluded.fetched_at,
    detail_fetched_at = coalesce(excluded.detail_fetched_at, c.detail_fetched_at),
    updated_at = CASE
      WHEN (c.name, c.type, c.gender, ${OPTIONAL_COLUMNS.map((column) => `c.${column}`).join(', ')})
        IS DISTINCT FROM
           (excluded.name, excluded.type, excluded.gender, ${OPTIONAL_COLUMNS.map(kept).join(', ')})
      THEN statement_timestamp() ELSE c.updated_at END
  WHERE c.fetched_at IS NULL OR c.fetched_at <= excluded.fetched_at
  RETURNING c.id, c.external_user_id AS "externalUserId", c.updated_at = statement_timestamp() AS changed,
    c.lost_at IS NOT NULL AS lost, $4 AND NOT EXISTS (
      SELECT FROM customers.customers o
       WHERE o.corp_id = $1 AND o.id = c.id AND o.detail_fetched_at IS NOT NULL) AS "firstDetail"`;
