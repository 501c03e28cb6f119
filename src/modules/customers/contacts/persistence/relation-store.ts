import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Observation, ObservedRelation, ReadAt } from '../domain/contact-observation.js';
import { staffKeyOf } from '../domain/staff-key.js';
import type { StoredProfile } from './customer-store.js';

/** A relation that an observation was allowed to write. */
export interface WrittenRelation {
  readonly id: string;
  readonly customerId: string;
  readonly observed: ObservedRelation;
  readonly inserted: boolean;
  /** It was ended and is active again. */
  readonly reopened: boolean;
  /** New, or different in anything that the API shows of the row. */
  readonly changed: boolean;
  /** Tags and numbers that a read shows now and did not show before have come, and were not merely unknown. */
  readonly knownBefore: boolean;
}

type WrittenRow = Omit<WrittenRelation, 'observed' | 'knownBefore'> & { staffKey: string };

/** Rows of follow relations; the laws of who may overwrite what stand in these statements. Inside an open unit of work. */
@Injectable()
export class RelationStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /**
   * @param customerOf of all observed customers, by external id.
   * @returns what was written; relations with a newer read are left alone and not in it.
   */
  async upsert(
    observation: Observation,
    customerOf: (externalUserId: string) => StoredProfile,
  ): Promise<WrittenRelation[]> {
    const observed = new Map(
      observation.relations.map((relation) => [
        pairOf(customerOf(relation.externalUserId).id, relation.staffUserId),
        relation,
      ]),
    );
    const records = [...observed.values()].map((relation) =>
      this.toRecord(relation, customerOf(relation.externalUserId).id),
    );
    const rows = await this.database.query<WrittenRow>(UPSERT_RELATIONS, [
      this.database.corpId,
      JSON.stringify(records),
      observation.readAt,
      observation.source === 'detail',
    ]);
    return rows.flatMap(({ staffKey, ...row }) => {
      const relation = observed.get(pairOf(row.customerId, staffKey));
      if (!relation) return [];
      const knownBefore = !row.inserted && !customerOf(relation.externalUserId).firstDetail;
      return [{ ...row, observed: relation, knownBefore }];
    });
  }

  /** Active relations of a customer that no read later than this one has shown. */
  async listActiveStaff(externalUserId: string, readAt: ReadAt): Promise<string[]> {
    const rows = await this.database.query<{ staffKey: string }>(
      `SELECT r.staff_key AS "staffKey" FROM customers.follow_relations r
         JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
        WHERE r.corp_id = $1 AND c.external_user_id = $2 AND r.ended_at IS NULL AND r.fetched_at < $3::timestamptz`,
      [this.database.corpId, externalUserId, readAt],
    );
    return rows.map((row) => row.staffKey);
  }

  private toRecord(relation: ObservedRelation, customerId: string): object {
    return {
      id: this.ids.next(),
      customer_id: customerId,
      staff_user_id: relation.staffUserId,
      staff_key: staffKeyOf(relation.staffUserId),
      remark: relation.remark,
      description: relation.description,
      followed_at: relation.followedAt,
      added_at: relation.addedAt,
      add_way: relation.addWay,
      state: relation.state,
      operator_id: relation.operatorId,
      remark_corp_name: relation.remarkCorpName,
    };
  }
}

function pairOf(customerId: string, staffUserId: string): string {
  return `${customerId} ${staffKeyOf(staffUserId)}`;
}

/**
 * One statement for all relations of a read, found by the unique key (corp_id, customer_id, staff_key). WeCom lists it, so
 * the staff has it and it has not disappeared; whether the customer came back after deleting the staff only a later start
 * (creation time or add event) tells, because WeCom may go on listing a relation that the customer ended (unconfirmed).
 * The subselect in RETURNING sees the row as it was before the statement; `xmax = 0`: there was none.
 */
const CUSTOMER_LEFT_AT = `CASE WHEN greatest(excluded.followed_at, r.added_at, excluded.added_at) > r.deleted_by_customer_at
  THEN NULL ELSE r.deleted_by_customer_at END`;
/** How the relation started. A listing ($4 false) may leave it out; that of an earlier start is not kept. */
const startedWith = (column: string) => `CASE WHEN $4 OR excluded.followed_at IS DISTINCT FROM r.followed_at
  THEN excluded.${column} ELSE coalesce(excluded.${column}, r.${column}) END`;
const UPSERT_RELATIONS = `
  INSERT INTO customers.follow_relations AS r (corp_id, id, customer_id, staff_user_id, staff_key, remark, description,
         followed_at, added_at, add_way, state, operator_id, remark_corp_name, fetched_at, created_at, updated_at)
  SELECT $1, i.*, $3::timestamptz, statement_timestamp(), statement_timestamp()
    FROM jsonb_to_recordset($2::jsonb) AS i(id uuid, customer_id uuid, staff_user_id text, staff_key text, remark text,
         description text, followed_at timestamptz, added_at timestamptz, add_way int, state text, operator_id text,
         remark_corp_name text)
   ORDER BY i.customer_id, i.staff_key
  ON CONFLICT (corp_id, customer_id, staff_key) DO UPDATE SET
    staff_user_id = excluded.staff_user_id, remark = excluded.remark, description = excluded.description,
    followed_at = excluded.followed_at, added_at = greatest(r.added_at, excluded.added_at),
    add_way = excluded.add_way, state = ${startedWith('state')},
    operator_id = ${startedWith('operator_id')}, remark_corp_name = excluded.remark_corp_name,
    deleted_by_staff_at = NULL, disappeared_at = NULL,
    deleted_by_customer_at = ${CUSTOMER_LEFT_AT}, ended_at = ${CUSTOMER_LEFT_AT},
    fetched_at = excluded.fetched_at,
    updated_at = CASE
      WHEN (r.staff_user_id, r.remark, r.description, r.followed_at, r.add_way, r.state, r.operator_id,
            r.remark_corp_name, r.deleted_by_staff_at, r.disappeared_at, r.deleted_by_customer_at)
        IS DISTINCT FROM
           (excluded.staff_user_id, excluded.remark, excluded.description, excluded.followed_at, excluded.add_way,
            ${startedWith('state')}, ${startedWith('operator_id')},
            excluded.remark_corp_name, NULL::timestamptz, NULL::timestamptz, ${CUSTOMER_LEFT_AT})
      THEN statement_timestamp() ELSE r.updated_at END
  WHERE r.fetched_at <= excluded.fetched_at
  RETURNING r.id, r.customer_id AS "customerId", r.staff_key AS "staffKey", r.xmax = 0 AS inserted,
    r.updated_at = statement_timestamp() AS changed,
    r.xmax <> 0 AND r.ended_at IS NULL AND EXISTS (
      SELECT FROM customers.follow_relations o
       WHERE o.corp_id = $1 AND o.id = r.id AND o.ended_at IS NOT NULL) AS reopened`;
