import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { EntryType } from '../domain/entry-types.js';
import { entryIdSql, isKeptSql } from './timeline-store.js';

const TYPE: EntryType = 'customers.behaviour';
const ID = entryIdSql(`'${TYPE}'`, 'b.id', 'b.customer_id');

/** Entries of behaviour are made where it lies: by id, as it is now. Inside an open unit of work. */
@Injectable()
export class BehaviourEntries {
  constructor(private readonly database: Database) {}

  /** @param times ISO text, of the earliest and the latest of them. */
  async book(eventIds: readonly string[], times: { from: string; to: string }): Promise<void> {
    await this.database.execute(BOOK, [this.database.corpId, eventIds, times.from, times.to]);
  }

  /** An event has another time, customer or content: what was told of it before goes. */
  async bookAgain(eventId: string, customerIds: readonly string[]): Promise<void> {
    const { corpId } = this.database;
    await this.database.execute(
      `DELETE FROM customers.timeline_entries e USING unnest($2::uuid[]) AS of(customer_id)
        WHERE e.corp_id = $1 AND e.customer_id = of.customer_id
          AND e.id = ${entryIdSql(`'${TYPE}'`, '$3::uuid', 'of.customer_id')}`,
      [corpId, customerIds, eventId],
    );
    await this.database.execute(BOOK, [corpId, [eventId], '-infinity', 'infinity']);
  }
}

/**
 * Along the primary key of the months in question. Whoever changes an event waits until this has committed, so that the
 * event of the change comes after it and finds its entry.
 */
const BOOK = `
  INSERT INTO customers.timeline_entries (corp_id, customer_id, at, id, type, facts)
  SELECT $1, b.customer_id, b.at, ${ID}, '${TYPE}',
         jsonb_build_object('eventId', b.id, 'eventType', b.type, 'source', b.source, 'amount', b.amount)
    FROM customers.behaviour_events b
   WHERE b.corp_id = $1 AND b.id = ANY($2::uuid[]) AND b.at BETWEEN $3 AND $4 AND ${isKeptSql('b.at')}
   ORDER BY b.customer_id, b.at, 4
     FOR SHARE OF b
  ON CONFLICT DO NOTHING`;
