import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { EndedBy } from '../domain/contact-change.js';
import type { ReadAt } from '../domain/contact-observation.js';
import { staffKeyOf } from '../domain/staff-key.js';

export interface EndedRelation {
  readonly id: string;
  readonly customerId: string;
  readonly staffUserId: string;
}

/** What an event says about one relation. The customer is locked. */
export interface RelationNews {
  readonly customerId: string;
  readonly staffUserId: string;
  readonly at: Date;
  readonly readAt: ReadAt;
}

/** How follow relations end, beyond what a read lists. Whatever the order of the events, the rows come out the same. */
@Injectable()
export class RelationEnds {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /**
   * One side deleted the other. Ignored when the relation began after that.
   * @returns the relation when it was active, or unknown, until now.
   */
  async recordDeletion(by: EndedBy, news: RelationNews): Promise<EndedRelation | undefined> {
    const row = await this.database.maybeOne<EndedRelation & { wasEnded: boolean }>(
      RECORD_DELETION[by],
      this.valuesOf(news),
    );
    if (!row || row.wasEnded) return undefined;
    return { id: row.id, customerId: row.customerId, staffUserId: row.staffUserId };
  }

  /**
   * The two became contacts: deletions before that are over, also where WeCom no longer lists it and where a newer read
   * was stored first. Where this event's read was stored it has said so already, and nothing changes.
   */
  async recordAddition(news: RelationNews): Promise<void> {
    await this.database.execute(RECORD_ADDITION, this.valuesOf(news));
  }

  /** A full answer no longer lists these staff. */
  endVanished(
    externalUserId: string,
    staffKeys: readonly string[],
    readAt: ReadAt,
  ): Promise<EndedRelation[]> {
    return this.database.query<EndedRelation>(
      `UPDATE customers.follow_relations r
          SET disappeared_at = $4::timestamptz, ended_at = $4::timestamptz, fetched_at = $4::timestamptz, updated_at = now()
         FROM customers.customers c
        WHERE c.corp_id = $1 AND c.external_user_id = $2 AND r.corp_id = $1 AND r.customer_id = c.id
          AND r.staff_key = ANY($3::text[]) AND r.ended_at IS NULL AND r.fetched_at < $4::timestamptz
       RETURNING r.id, r.customer_id AS "customerId", r.staff_user_id AS "staffUserId"`,
      [this.database.corpId, externalUserId, staffKeys, readAt],
    );
  }

  private valuesOf({ customerId, staffUserId, at, readAt }: RelationNews): unknown[] {
    return [
      this.database.corpId,
      this.ids.next(),
      customerId,
      staffUserId,
      staffKeyOf(staffUserId),
      at,
      readAt,
    ];
  }
}

/** A known reason takes the place of "disappeared"; a relation that began later is left alone. */
function deletionStatement(column: string, otherColumn: string): string {
  return `
    INSERT INTO customers.follow_relations AS r (corp_id, id, customer_id, staff_user_id, staff_key, ${column}, ended_at,
           fetched_at, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6, $7::timestamptz, now(), now())
    ON CONFLICT (corp_id, customer_id, staff_key) DO UPDATE SET
      ${column} = greatest(r.${column}, excluded.${column}), disappeared_at = NULL,
      ended_at = least(greatest(r.${column}, excluded.${column}), r.${otherColumn}),
      fetched_at = greatest(r.fetched_at, excluded.fetched_at), updated_at = now()
    WHERE (greatest(r.followed_at, r.added_at) <= excluded.${column}) IS NOT FALSE
      AND (r.${column} < excluded.${column}) IS NOT FALSE
    RETURNING r.id, r.customer_id AS "customerId", r.staff_user_id AS "staffUserId",
      EXISTS (SELECT FROM customers.follow_relations o
               WHERE o.corp_id = $1 AND o.id = r.id AND o.ended_at IS NOT NULL) AS "wasEnded"`;
}

const RECORD_DELETION: Record<EndedBy, string> = {
  staff: deletionStatement('deleted_by_staff_at', 'deleted_by_customer_at'),
  customer: deletionStatement('deleted_by_customer_at', 'deleted_by_staff_at'),
};

/** What is left of a deletion once an addition is known; the end that is not explained then is "disappeared". */
const left = (column: string) => `CASE WHEN r.${column} < excluded.added_at THEN NULL ELSE r.${column} END`;
const LEFT_BY_STAFF = left('deleted_by_staff_at');
const LEFT_BY_CUSTOMER = left('deleted_by_customer_at');
const DISAPPEARED = `CASE WHEN r.ended_at IS NULL OR coalesce(${LEFT_BY_STAFF}, ${LEFT_BY_CUSTOMER}) IS NOT NULL
  THEN r.disappeared_at ELSE coalesce(r.disappeared_at, excluded.disappeared_at) END`;
const RECORD_ADDITION = `
  INSERT INTO customers.follow_relations AS r (corp_id, id, customer_id, staff_user_id, staff_key, added_at,
         disappeared_at, ended_at, fetched_at, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $7::timestamptz, $7::timestamptz, now(), now())
  ON CONFLICT (corp_id, customer_id, staff_key) DO UPDATE SET
    added_at = greatest(r.added_at, excluded.added_at),
    deleted_by_staff_at = ${LEFT_BY_STAFF}, deleted_by_customer_at = ${LEFT_BY_CUSTOMER},
    disappeared_at = ${DISAPPEARED}, ended_at = least(${LEFT_BY_STAFF}, ${LEFT_BY_CUSTOMER}, ${DISAPPEARED}),
    fetched_at = greatest(r.fetched_at, excluded.fetched_at), updated_at = now()
  WHERE (r.added_at < excluded.added_at) IS NOT FALSE`;
