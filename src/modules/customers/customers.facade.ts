import { Injectable } from '@nestjs/common';
import { Persons } from './identity/queries/persons.js';

/** What other modules ask this one. Inside an open unit of work. */
@Injectable()
export class CustomersFacade {
  constructor(private readonly persons: Persons) {}

  /**
   * All customers that are one person with this one, itself included; sorted, the first is the person's id. Rows stay with
   * the customer they were booked on: show and spend over the set, count limits per person over it, and ask again each
   * time, for a merge or an unmerge changes the set and moves nothing.
   */
  customersOf(customerId: string): Promise<string[]> {
    return this.persons.customersOf(customerId);
  }

  /** The same for many, by the given ids, in one statement. */
  customersOfMany(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    return this.persons.customersOfMany(customerIds);
  }

  /** Those of the ids that are customers of the corp. Others' customers are none. */
  known(customerIds: readonly string[]): Promise<string[]> {
    return this.persons.known(customerIds);
  }
}
