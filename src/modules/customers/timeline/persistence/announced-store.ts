import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Held } from '../domain/announcement.js';

const COLUMNS = `customer_id AS "customerId", level, level_version AS "levelVersion", points_balance AS "pointsBalance",
  points_version AS "pointsVersion"`;

/** One row a customer. Inside an open unit of work. */
@Injectable()
export class AnnouncedStore {
  constructor(private readonly database: Database) {}

  /** Each value keeps what has the greater version; whoever is no customer is left out. */
  async announce(news: readonly Held[], event?: { readonly id: string; readonly at: Date }): Promise<void> {
    if (news.length === 0) return;
    const { corpId } = this.database;
    await this.database.execute(ANNOUNCE, [
      corpId,
      JSON.stringify(news),
      event?.id ?? null,
      event?.at ?? null,
    ]);
  }

  /** Whatever the versions are. The rows are locked. */
  async overwrite(rows: readonly Held[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.execute(OVERWRITE, [this.database.corpId, JSON.stringify(rows)]);
  }

  /** Those that there are: nobody announces anything of them until this unit has committed. */
  lock(customerIds: readonly string[]): Promise<Held[]> {
    return this.database.query<Held>(
      `SELECT ${COLUMNS} FROM customers.announced WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])
        ORDER BY customer_id FOR UPDATE`,
      [this.database.corpId, customerIds],
    );
  }

  /** Customers after this one, in the order of their ids. */
  async customersAfter(customerId: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM customers.customers WHERE corp_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
      [this.database.corpId, customerId, limit],
    );
    return rows.map(({ id }) => id);
  }
}

const RECORDS = `jsonb_to_recordset($2::jsonb) AS i("customerId" uuid, level text, "levelVersion" bigint,
  "pointsBalance" bigint, "pointsVersion" bigint)`;

/** A value that is not announced has no version: comparing with it is unknown, and the row's own stays. */
const newer = (value: string, version: string): string => `
  ${value} = CASE WHEN excluded.${version} > coalesce(a.${version}, -1) THEN excluded.${value} ELSE a.${value} END,
  ${version} = greatest(a.${version}, excluded.${version})`;
const isNewer = (version: string): string => `excluded.${version} > coalesce(a.${version}, -1)`;
const VALUES = [
  ['level', 'level_version'],
  ['points_balance', 'points_version'],
] as const;
const ANNOUNCE = `
  INSERT INTO customers.announced AS a (corp_id, customer_id, level, level_version, points_balance, points_version,
         last_event_id, last_event_at)
  SELECT $1, i.*, $3::uuid, $4::timestamptz FROM ${RECORDS}
    JOIN customers.customers c ON c.corp_id = $1 AND c.id = i."customerId"
   ORDER BY i."customerId"
  ON CONFLICT (corp_id, customer_id) DO UPDATE SET ${VALUES.map(([value, version]) => newer(value, version)).join(', ')},
         last_event_id = excluded.last_event_id, last_event_at = excluded.last_event_at
   WHERE ${VALUES.map(([, version]) => isNewer(version)).join(' OR ')}`;

const OVERWRITE = `
  UPDATE customers.announced a SET level = i.level, level_version = i."levelVersion",
         points_balance = i."pointsBalance", points_version = i."pointsVersion",
         last_event_id = NULL, last_event_at = NULL
    FROM ${RECORDS} WHERE a.corp_id = $1 AND a.customer_id = i."customerId"`;
