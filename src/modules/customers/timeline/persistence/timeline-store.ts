import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Entries } from '../domain/entry.js';

/**
 * Writes entries, all of one event in one statement. Whoever tells the same again, in whatever order, changes nothing. Who
 * is no customer has no timeline. Inside an open unit of work.
 */
@Injectable()
export class TimelineStore {
  constructor(private readonly database: Database) {}

  async book(entries: Entries): Promise<void> {
    const [first] = entries;
    if (!first) return;
    const statement = 'customerId' in first ? BOOK : BOOK_CONTACTS;
    await this.database.execute(statement, [this.database.corpId, JSON.stringify(entries)]);
  }

  /** Whether one of them is no customer yet and was told of within the last hour: the mirror may be about to read him. */
  async areAwaited(externalUserIds: readonly string[], toldAt: Date): Promise<boolean> {
    const { awaited } = await this.database.one<{ awaited: boolean }>(
      `SELECT $3::timestamptz > now() - interval '1 hour' AND EXISTS (
         SELECT FROM unnest($2::text[]) AS e(external_user_id) WHERE NOT EXISTS (
           SELECT FROM customers.customers c WHERE c.corp_id = $1 AND c.external_user_id = e.external_user_id)) AS awaited`,
      [this.database.corpId, externalUserIds, toldAt],
    );
    return awaited;
  }
}

const monthSql = `date_trunc('month', now() AT TIME ZONE 'UTC')`;
/**
 * What lies outside is not kept: a month that is over its time is dropped as a whole, and of those to come there are three
 * (`platform.keep_partitions`), on the first day of a month perhaps two.
 */
export const isKeptSql = (
  at: string,
): string => `${at} >= (${monthSql} - interval '24 months') AT TIME ZONE 'UTC'
  AND ${at} < (${monthSql} + interval '3 months') AT TIME ZONE 'UTC'`;

/** A customer's entries of one type and key are one entry, whoever tells it and how often. */
export const entryIdSql = (type: string, key: string, customerId: string): string =>
  `md5(concat_ws('|', ${type}, ${key}, ${customerId}))::uuid`;

/** In the order of the primary key, so that two jobs that tell the same wait for each other and do not deadlock. */
const book = (isCustomer: string): string => `
  INSERT INTO customers.timeline_entries (corp_id, customer_id, at, id, type, facts)
  SELECT $1, c.id, e.at, ${entryIdSql('e.type', 'e.key', 'c.id')}, e.type, e.facts
    FROM jsonb_to_recordset($2::jsonb) AS e("customerId" uuid, "externalUserId" text, type text, at timestamptz, key text,
         facts jsonb)
    JOIN customers.customers c ON c.corp_id = $1 AND ${isCustomer}
   WHERE ${isKeptSql('e.at')}
   ORDER BY c.id, e.at, 4
  ON CONFLICT DO NOTHING`;
const BOOK = book('c.id = e."customerId"');
const BOOK_CONTACTS = book('c.external_user_id = e."externalUserId"');
