import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { Database } from '../../../../platform/database/database.js';
import { customersErrors } from '../../customers.errors.js';
import { normalisePhone } from '../domain/phone-number.js';
import { staffKeyOf } from '../domain/staff-key.js';

export const CUSTOMER_SORTS = ['id', 'updatedAt', 'followedAt'] as const;
export type CustomerSort = (typeof CUSTOMER_SORTS)[number];

/** What is asked of relations must hold for one and the same relation of the customer. */
export interface CustomerFilter {
  readonly externalUserId?: string;
  readonly unionId?: string;
  readonly updatedFrom?: Date;
  readonly staffUserId?: string;
  readonly relationState?: 'active' | 'ended';
  readonly corpTagId?: string;
  readonly addWay?: number;
  readonly state?: string;
  readonly phone?: string;
  readonly followedFrom?: Date;
  readonly followedTo?: Date;
  readonly sort: CustomerSort;
}

export interface ListedCustomer {
  readonly id: string;
  /** null: known from other systems only. */
  readonly externalUserId: string | null;
  readonly name: string | null;
  readonly type: number | null;
  readonly gender: number | null;
  readonly avatarUrl: string | null;
  readonly unionId: string | null;
  readonly position: string | null;
  readonly corpName: string | null;
  readonly corpFullName: string | null;
  readonly fetchedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Time it is sorted by, in the database's own text: a Date would cut the microseconds and repeat rows. */
  readonly sortedAt: string | null;
}

/** The place of the last row of a page. */
export interface CustomerKey {
  readonly id: string;
  readonly at?: string;
}

export const CUSTOMER_COLUMNS = `c.id, c.external_user_id AS "externalUserId", c.name, c.type, c.gender,
  c.avatar_url AS "avatarUrl", c.union_id AS "unionId", c.position, c.corp_name AS "corpName",
  c.corp_full_name AS "corpFullName", c.fetched_at AS "fetchedAt", c.created_at AS "createdAt",
  c.updated_at AS "updatedAt"`;

@Injectable()
export class ListCustomers {
  constructor(
    private readonly database: Database,
    private readonly blindIndex: BlindIndex,
  ) {}

  /** @throws customers.sort_needs_staff, customers.phone_invalid */
  list(filter: CustomerFilter, after: CustomerKey | undefined, limit: number): Promise<ListedCustomer[]> {
    const { text, params } = this.statement(filter, after, limit);
    return this.database.query<ListedCustomer>(text, params);
  }

  /** Only what is asked for stands in the statement, so that the planner picks the index of the narrowest filter. */
  statement(
    filter: CustomerFilter,
    after: CustomerKey | undefined,
    limit: number,
  ): { text: string; params: unknown[] } {
    const params: unknown[] = [this.database.corpId];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const relation = this.relationConditions(filter, bind);
    const conditions = profileConditions(filter, bind);
    if (filter.sort === 'followedAt') {
      if (filter.staffUserId === undefined) throw customersErrors.sort_needs_staff();
      return { text: newestOfStaff([...conditions, ...relation], after, limit, bind), params };
    }
    if (relation.length > 0) {
      conditions.push(`EXISTS (SELECT FROM customers.follow_relations r
        WHERE r.corp_id = $1 AND r.customer_id = c.id AND ${relation.join(' AND ')})`);
    }
    const byTime = filter.sort === 'updatedAt';
    if (after && byTime)
      conditions.push(`(c.updated_at, c.id) > (${bind(after.at)}::timestamptz, ${bind(after.id)})`);
    else if (after) conditions.push(`c.id > ${bind(after.id)}`);
    const text = `SELECT ${CUSTOMER_COLUMNS}, ${byTime ? 'c.updated_at::text' : 'NULL'} AS "sortedAt"
      FROM customers.customers c WHERE ${['c.corp_id = $1', ...conditions].join(' AND ')}
      ORDER BY ${byTime ? 'c.updated_at, ' : ''}c.id LIMIT ${bind(limit)}`;
    return { text, params };
  }

  private relationConditions(filter: CustomerFilter, bind: (value: unknown) => string): string[] {
    const conditions: string[] = [];
    if (filter.staffUserId !== undefined)
      conditions.push(`r.staff_key = ${bind(staffKeyOf(filter.staffUserId))}`);
    if (filter.relationState)
      conditions.push(`r.ended_at IS ${filter.relationState === 'ended' ? 'NOT ' : ''}NULL`);
    if (filter.addWay !== undefined) conditions.push(`r.add_way = ${bind(filter.addWay)}`);
    if (filter.state !== undefined) conditions.push(`r.state = ${bind(filter.state)}`);
    if (filter.followedFrom) conditions.push(`r.followed_at >= ${bind(filter.followedFrom)}`);
    if (filter.followedTo) conditions.push(`r.followed_at < ${bind(filter.followedTo)}`);
    if (filter.corpTagId !== undefined) {
      conditions.push(`EXISTS (SELECT FROM customers.relation_tags t WHERE t.corp_id = $1 AND t.tag = ${bind(filter.corpTagId)}
        AND t.customer_id = r.customer_id AND t.relation_id = r.id AND t.kind <> 'personal')`);
    }
    if (filter.phone !== undefined) {
      conditions.push(`EXISTS (SELECT FROM customers.relation_phones p WHERE p.corp_id = $1
        AND p.number_blind_index = ANY(${bind(this.spellingsOf(filter.phone))}::text[])
        AND p.customer_id = r.customer_id AND p.relation_id = r.id)`);
    }
    return conditions;
  }

  private spellingsOf(phone: string): string[] {
    const digits = normalisePhone(phone);
    if (!digits) throw customersErrors.phone_invalid();
    return this.blindIndex.of(digits);
  }
}

function profileConditions(filter: CustomerFilter, bind: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  if (filter.externalUserId !== undefined)
    conditions.push(`c.external_user_id = ${bind(filter.externalUserId)}`);
  if (filter.unionId !== undefined) conditions.push(`c.union_id = ${bind(filter.unionId)}`);
  if (filter.updatedFrom) conditions.push(`c.updated_at >= ${bind(filter.updatedFrom)}`);
  return conditions;
}

/** One staff follows a customer at most once, so nobody appears twice. Along follow_relations_staff_idx, backwards. */
function newestOfStaff(
  conditions: readonly string[],
  after: CustomerKey | undefined,
  limit: number,
  bind: (value: unknown) => string,
): string {
  const start = after
    ? [`(r.followed_at, r.customer_id) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`]
    : [];
  return `SELECT ${CUSTOMER_COLUMNS}, r.followed_at::text AS "sortedAt"
    FROM customers.follow_relations r JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
   WHERE ${['r.corp_id = $1', 'r.followed_at IS NOT NULL', ...conditions, ...start].join(' AND ')}
   ORDER BY r.followed_at DESC, r.customer_id DESC LIMIT ${bind(limit)}`;
}
