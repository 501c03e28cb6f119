import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { customersErrors } from '../../customers.errors.js';
import { Persons } from '../../identity/queries/persons.js';

/** Inside an open unit of work. */
@Injectable()
export class PersonMembers {
  constructor(
    private readonly database: Database,
    private readonly persons: Persons,
  ) {}

  /** The customers that are one person with this one, sorted. @throws customers.not_found */
  async of(customerId: string): Promise<string[]> {
    const found = await this.database.maybeOne(
      'SELECT FROM customers.customers WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, customerId],
    );
    if (!found) throw customersErrors.not_found();
    return this.persons.customersOf(customerId);
  }
}
