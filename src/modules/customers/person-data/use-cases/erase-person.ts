import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { Events } from '../../../../platform/events/events.js';
import { ContactErasures } from '../../../../wecom/index.js';
import { customersErased } from '../../customers.events.js';
import { Persons } from '../../identity/queries/persons.js';
import { ForgetCustomers } from '../../identity/use-cases/forget-customers.js';
import { ProfileLocks } from '../../profiles/persistence/profile-locks.js';
import { PERSON_TABLES, type PersonTable } from '../domain/person-tables.js';
import { personDataErrors } from '../person-data.errors.js';

/**
 * Takes every personal value of a person out of this module. The customers stay as empty shells, since points, coupons and
 * orders are booked on them. Inside an open unit of work.
 */
@Injectable()
export class ErasePerson {
  constructor(
    private readonly database: Database,
    private readonly persons: Persons,
    private readonly profiles: ProfileLocks,
    private readonly identity: ForgetCustomers,
    private readonly contacts: ContactErasures,
    private readonly events: Events,
  ) {}

  /**
   * @param force also while staff follow the person: the next sync then makes a new customer of the contact
   * @returns the customers
   * @throws customers.person_not_found, customers.person_still_followed
   */
  async erase(customerId: string, force: boolean): Promise<string[]> {
    return this.identity.forget(customerId, async () => {
      const customerIds = await this.persons.customersOf(customerId);
      const externalUserIds = await this.lock(customerIds);
      if (!force && (await this.isFollowed(customerIds))) throw personDataErrors.person_still_followed();
      for (const table of PERSON_TABLES) await this.eraseFrom(table, customerIds);
      await this.contacts.forget(externalUserIds);
      await this.events.append(customersErased, { customerIds });
      return customerIds;
    });
  }

  /**
   * In the order in which others take them: who writes fields holds the profile before the customer, who writes relations
   * holds the customer. Nobody's row is then written after its table was erased.
   * @returns WeCom's ids of them
   */
  private async lock(customerIds: readonly string[]): Promise<string[]> {
    await this.profiles.lock(customerIds, 0);
    const rows = await this.database.query<{ externalUserId: string | null }>(
      `SELECT external_user_id AS "externalUserId" FROM customers.customers
        WHERE corp_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE`,
      [this.database.corpId, customerIds],
    );
    return rows.flatMap(({ externalUserId }) => externalUserId ?? []);
  }

  private async isFollowed(customerIds: readonly string[]): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 AS one FROM customers.follow_relations
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND ended_at IS NULL LIMIT 1`,
      [this.database.corpId, customerIds],
    );
    return rows.length > 0;
  }

  private async eraseFrom(
    { name, rows, erasure }: PersonTable,
    customerIds: readonly string[],
  ): Promise<void> {
    if (erasure === 'stays') return;
    const change =
      erasure === 'delete' ? `DELETE FROM ${name} AS t` : `UPDATE ${name} AS t SET ${erasure.blank}`;
    await this.database.execute(`${change} WHERE t.corp_id = $1 AND ${rows}`, [
      this.database.corpId,
      customerIds,
    ]);
  }
}
