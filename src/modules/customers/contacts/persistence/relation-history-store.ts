import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { EndedBy } from '../domain/contact-change.js';
import type { PartsChange, PastTag } from '../domain/relation-history.js';
import { staffKeyOf } from '../domain/staff-key.js';

/** A start or an end that an event told of. */
export interface ToldMoment {
  readonly customerId: string;
  readonly staffUserId: string;
  readonly at: Date;
  readonly what: 'added' | EndedBy;
  readonly byTransfer?: boolean;
}

const COLUMN = {
  added: 'added_at',
  staff: 'deleted_by_staff_at',
  customer: 'deleted_by_customer_at',
} as const;

/**
 * What the trigger `keep_past` on the relations cannot see: events that changed nothing because a later one was faster, and
 * parts that stand in tables of their own. Nothing is written twice. Inside an open unit of work.
 */
@Injectable()
export class RelationHistoryStore {
  constructor(private readonly database: Database) {}

  /**
   * Whatever the order in which events arrive, all of them are known in the end. What stands in the relation itself is
   * not repeated here, unless there is more to say of it.
   */
  async recordTold({ customerId, staffUserId, at, what, byTransfer = false }: ToldMoment): Promise<void> {
    const kind = what === 'added' ? what : `ended_by_${what}`;
    await this.database.execute(
      `INSERT INTO customers.relation_history AS h (corp_id, relation_id, customer_id, at, kind, by_transfer)
       SELECT r.corp_id, r.id, r.customer_id, $4, $5, $6 FROM customers.follow_relations r
        WHERE r.corp_id = $1 AND r.customer_id = $2 AND r.staff_key = $3
          AND ($6 OR r.${COLUMN[what]} IS DISTINCT FROM $4)
       ON CONFLICT (corp_id, relation_id, at, kind) DO UPDATE SET by_transfer = true
        WHERE excluded.by_transfer AND NOT h.by_transfer`,
      [this.database.corpId, customerId, staffKeyOf(staffUserId), at, kind, byTransfer],
    );
  }

  async recordTags(changes: readonly PartsChange<PastTag>[]): Promise<void> {
    await this.recordParts('tags', changes);
  }

  /** @param changes numbers are masked. */
  async recordPhones(changes: readonly PartsChange<string>[]): Promise<void> {
    await this.recordParts('phones', changes);
  }

  private async recordParts(
    kind: 'tags' | 'phones',
    changes: readonly PartsChange<PastTag | string>[],
  ): Promise<void> {
    if (changes.length === 0) return;
    const records = changes.map(({ relationId, customerId, added, removed }) => ({
      relation_id: relationId,
      customer_id: customerId,
      added,
      removed,
    }));
    await this.database.execute(
      `INSERT INTO customers.relation_history (corp_id, kind, at, relation_id, customer_id, added, removed)
       SELECT $1, $2, clock_timestamp(), i.* FROM jsonb_to_recordset($3::jsonb)
           AS i(relation_id uuid, customer_id uuid, added jsonb, removed jsonb)
       ON CONFLICT DO NOTHING`,
      [this.database.corpId, kind, JSON.stringify(records)],
    );
  }
}
