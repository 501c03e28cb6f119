import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { identityErrors } from '../identity.errors.js';
import { Persons } from './persons.js';

export interface ShownCustomerOfPerson {
  readonly id: string;
  readonly externalUserId: string | null;
  readonly name: string | null;
}

/** One or more customers, the one with the smallest id first: its id is the person's. */
export type ShownPerson = readonly ShownCustomerOfPerson[];

@Injectable()
export class ShowPersons {
  constructor(
    private readonly database: Database,
    private readonly persons: Persons,
  ) {}

  /** @param customerId of any of its customers @throws customers.person_not_found */
  async get(customerId: string): Promise<ShownPerson> {
    const [person] = await this.ofCustomers([customerId]);
    if (!person?.length) throw identityErrors.person_not_found();
    return person;
  }

  /** The persons of these customers, each once, in the order of their ids. */
  async ofCustomers(customerIds: readonly string[]): Promise<ShownPerson[]> {
    const sets = [...(await this.persons.customersOfMany(customerIds)).values()];
    const rows = await this.database.query<ShownCustomerOfPerson>(
      `SELECT id, external_user_id AS "externalUserId", name FROM customers.customers
        WHERE corp_id = $1 AND id = ANY($2::uuid[])`,
      [this.database.corpId, sets.flat()],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const once = new Map(sets.map((ids) => [ids[0] ?? '', ids]));
    return [...once.keys()]
      .sort()
      .map((first) => (once.get(first) ?? []).flatMap((id) => byId.get(id) ?? []));
  }
}
