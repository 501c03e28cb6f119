import { Injectable } from '@nestjs/common';
import { identityErrors } from '../identity.errors.js';
import { IdentityFactsReader } from '../persistence/identity-facts.js';
import { IdentityLocks } from '../persistence/identity-locks.js';
import { PersonStore } from '../persistence/person-store.js';
import { DecidePersons } from './decide-persons.js';

/** Customers leave without a trace; whoever was in doubt because of them is decided again. Inside an open unit of work. */
@Injectable()
export class ForgetCustomers {
  constructor(
    private readonly locks: IdentityLocks,
    private readonly links: PersonStore,
    private readonly reader: IdentityFactsReader,
    private readonly persons: DecidePersons,
  ) {}

  /**
   * @param erase removes all rows of identity of the customers that it returns, while nobody changes any person
   * @throws customers.person_not_found
   */
  async forget(customerId: string, erase: () => Promise<string[]>): Promise<string[]> {
    await this.locks.lockPersonsAlone();
    if (!(await this.links.exist([customerId]))) throw identityErrors.person_not_found();
    const near = await this.reader.reach([customerId]);
    const erased = await erase();
    const others = near.customerIds.filter((id) => !erased.includes(id));
    await this.persons.again(others);
    return erased;
  }
}
