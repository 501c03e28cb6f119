import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

/** Whether WeCom still lists a customer with any staff. */
export interface CustomerStanding {
  readonly customerId: string;
  /** When he was first stored here, by whichever way. */
  readonly createdAt: Date;
  readonly isFollowed: boolean;
  /** null: no relation has ended. */
  readonly lastEndedAt: Date | null;
  /** He asked to be forgotten: an empty shell is left. */
  readonly isErased: boolean;
}

/** A contact of WeCom, and who of the staff follows him. */
export interface FollowedContact {
  readonly externalUserId: string;
  /** As WeCom writes them; first the responsible one, whom profiles show: of the newest relation. */
  readonly staffUserIds: readonly string[];
}

/** What the mirror of WeCom says of many customers at once. Inside an open unit of work. */
@Injectable()
export class CustomerStandings {
  constructor(private readonly database: Database) {}

  /** Customers that do not exist are missing. Along the unique key (corp_id, customer_id, staff_key) of the relations. */
  async of(customerIds: readonly string[]): Promise<Map<string, CustomerStanding>> {
    if (customerIds.length === 0) return new Map();
    const rows = await this.database.query<CustomerStanding>(
      `SELECT c.id AS "customerId", c.created_at AS "createdAt", r.followed AS "isFollowed", r.ended AS "lastEndedAt",
              EXISTS (SELECT FROM customers.profiles p
                       WHERE p.corp_id = $1 AND p.customer_id = c.id AND p.erased_at IS NOT NULL) AS "isErased"
         FROM customers.customers c CROSS JOIN LATERAL (
           SELECT coalesce(bool_or(f.ended_at IS NULL), false) AS followed, max(f.ended_at) AS ended
             FROM customers.follow_relations f WHERE f.corp_id = $1 AND f.customer_id = c.id) r
        WHERE c.corp_id = $1 AND c.id = ANY($2::uuid[])`,
      [this.database.corpId, customerIds],
    );
    return new Map(rows.map((row) => [row.customerId, row]));
  }

  /** The names that these customers show in WeChat; those whom WeCom does not know, or who were erased, are missing. */
  async namesOf(customerIds: readonly string[]): Promise<Map<string, string>> {
    if (customerIds.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; name: string }>(
      `SELECT id, name FROM customers.customers WHERE corp_id = $1 AND id = ANY($2::uuid[]) AND name IS NOT NULL`,
      [this.database.corpId, customerIds],
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** WeCom's ids of the corp and rule tags that any staff gave; those without a tag are missing. */
  async tagsOf(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    if (customerIds.length === 0) return new Map();
    const rows = await this.database.query<{ customerId: string; tags: string[] }>(
      `SELECT r.customer_id AS "customerId", array_agg(DISTINCT t.tag) AS tags
         FROM customers.follow_relations r
         JOIN customers.relation_tags t ON t.corp_id = $1 AND t.relation_id = r.id AND t.kind <> 'personal'
        WHERE r.corp_id = $1 AND r.customer_id = ANY($2::uuid[]) GROUP BY r.customer_id`,
      [this.database.corpId, customerIds],
    );
    return new Map(rows.map(({ customerId, tags }) => [customerId, tags]));
  }

  /** Those whom no staff follows at present are missing. */
  async contactsOf(customerIds: readonly string[]): Promise<Map<string, FollowedContact>> {
    if (customerIds.length === 0) return new Map();
    const rows = await this.database.query<FollowedContact & { id: string }>(
      `SELECT c.id, c.external_user_id AS "externalUserId",
              array_agg(r.staff_user_id ORDER BY r.followed_at DESC NULLS LAST, r.id) AS "staffUserIds"
         FROM customers.customers c
         JOIN customers.follow_relations r ON r.corp_id = c.corp_id AND r.customer_id = c.id AND r.ended_at IS NULL
        WHERE c.corp_id = $1 AND c.id = ANY($2::uuid[]) AND c.external_user_id IS NOT NULL
        GROUP BY c.id, c.external_user_id`,
      [this.database.corpId, customerIds],
    );
    return new Map(rows.map(({ id, ...contact }) => [id, contact]));
  }
}
