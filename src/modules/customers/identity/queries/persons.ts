import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';

const PERSONS_OF_CUSTOMERS = {
  name: 'persons-of-customers',
  text: `SELECT c.id, ARRAY(
           SELECT o.customer_id FROM customers.person_links l
             JOIN customers.person_links o ON o.corp_id = l.corp_id AND o.person_id = l.person_id
            WHERE l.corp_id = c.corp_id AND l.customer_id = c.id ORDER BY o.customer_id) AS "customerIds"
    FROM customers.customers c WHERE c.corp_id = $1 AND c.id = ANY ($2::uuid[])`,
};

/** Which customers are one person. Whoever shares with nobody is a person alone. Inside an open unit of work. */
@Injectable()
export class Persons {
  constructor(private readonly database: Database) {}

  /** All customers of the person that this customer belongs to, itself included; sorted, the first is the person's id. */
  async customersOf(customerId: string): Promise<string[]> {
    const persons = await this.customersOfMany([customerId]);
    return persons.get(customerId) ?? [customerId];
  }

  /** The same for many, by the given ids. An id that nobody has is a person alone, too: ask for the customer itself. */
  async customersOfMany(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    if (customerIds.length === 0) return new Map();
    const linked = await this.database.query<{ customerId: string; customerIds: string[] }>(
      `SELECT l.customer_id AS "customerId", ARRAY(
                SELECT o.customer_id FROM customers.person_links o
                 WHERE o.corp_id = l.corp_id AND o.person_id = l.person_id ORDER BY o.customer_id) AS "customerIds"
         FROM customers.person_links l WHERE l.corp_id = $1 AND l.customer_id = ANY($2::uuid[])`,
      [this.database.corpId, customerIds],
    );
    const sets = new Map(linked.map((row) => [row.customerId, row.customerIds]));
    return new Map(customerIds.map((id) => [id, sets.get(id) ?? [id]]));
  }

  /**
   * `customersOfMany` for thousands of sorted ids, of whom few share with anybody: these are found between the first and the
   * last, without naming all the others to the database.
   */
  async customersOfSorted(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    const linked = await this.database.query<{ id: string }>(
      `SELECT customer_id AS id FROM customers.person_links
        WHERE corp_id = $1 AND customer_id >= $2 AND customer_id <= $3 LIMIT $4`,
      [this.database.corpId, customerIds[0] ?? null, customerIds.at(-1) ?? null, customerIds.length + 1],
    );
    if (linked.length > customerIds.length) return this.customersOfMany(customerIds);
    const sharing = new Set(linked.map(({ id }) => id));
    const sets = await this.customersOfMany(customerIds.filter((id) => sharing.has(id)));
    return new Map(customerIds.map((id) => [id, sets.get(id) ?? [id]]));
  }

  /** `customersOfMany` and `known` in one: ids that are no customers of the corp are missing. */
  async personsOf(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    if (customerIds.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; customerIds: string[] }>(PERSONS_OF_CUSTOMERS, [
      this.database.corpId,
      customerIds,
    ]);
    return new Map(rows.map(({ id, customerIds: all }) => [id, all.length > 0 ? all : [id]]));
  }

  /** Those of the ids that are customers of the corp. */
  async known(customerIds: readonly string[]): Promise<string[]> {
    if (customerIds.length === 0) return [];
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM customers.customers WHERE corp_id = $1 AND id = ANY ($2::uuid[])',
      [this.database.corpId, customerIds],
    );
    return rows.map(({ id }) => id);
  }

  /** The customers that are these contacts of WeCom; contacts that nobody here knows are left out. */
  async idsOfContacts(externalUserIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM customers.customers WHERE corp_id = $1 AND external_user_id = ANY ($2::text[])',
      [this.database.corpId, externalUserIds],
    );
    return rows.map(({ id }) => id);
  }
}
