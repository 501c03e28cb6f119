import { Injectable } from '@nestjs/common';
import {
  type CustomerStanding,
  CustomerStandings,
  type FollowedContact,
} from './contacts/queries/customer-standing.js';
import type { GivenIdentifier } from './identity/domain/identifier.js';
import { IdentifierLookup } from './identity/queries/identifier-lookup.js';
import { Persons } from './identity/queries/persons.js';
import type { FieldValue } from './profiles/domain/field-definition.js';
import { FieldCatalogue } from './profiles/queries/field-catalogue.js';
import { ProfileOf } from './profiles/queries/profile-of.js';
import type { CustomerFilter } from './search/domain/customer-filter.js';
import { FilteredCustomers } from './search/queries/filtered-customers.js';

/** What other modules ask this one. Inside an open unit of work. */
@Injectable()
export class CustomersFacade {
  constructor(
    private readonly persons: Persons,
    private readonly standings: CustomerStandings,
    private readonly profiles: ProfileOf,
    private readonly catalogue: FieldCatalogue,
    private readonly filtered: FilteredCustomers,
    private readonly identifiers: IdentifierLookup,
  ) {}

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

  /** `customersOfMany` for thousands of sorted ids, of whom few share with anybody. */
  customersOfSorted(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    return this.persons.customersOfSorted(customerIds);
  }

  /** `customersOfMany` and `known` in one: ids that are no customers of the corp are missing. */
  personsOf(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    return this.persons.personsOf(customerIds);
  }

  /** Those of the ids that are customers of the corp. Others' customers are none. */
  known(customerIds: readonly string[]): Promise<string[]> {
    return this.persons.known(customerIds);
  }

  /** The customers that are these contacts of WeCom (`external_userid`); contacts that nobody here knows are left out. */
  idsOfContacts(externalUserIds: readonly string[]): Promise<string[]> {
    return this.persons.idsOfContacts(externalUserIds);
  }

  /** For each identifier the customers that hold it, the smallest id first; they may be several persons. */
  holdersOf(identifiers: readonly GivenIdentifier[]): Promise<string[][]> {
    return this.identifiers.find(identifiers);
  }

  /**
   * Everybody of whom a filter holds, as one statement to be run inside an `INSERT … SELECT` of the caller: one moment decides,
   * and a million ids never come here. Its one column is `id`, `$1` the corp.
   * @throws customers.kept_filter_personal, filter_name_empty, filter_field_unknown, filter_unsuitable
   */
  statementOf(
    filter: CustomerFilter,
  ): Promise<{ readonly text: string; readonly params: readonly unknown[] }> {
    return this.filtered.statement(filter);
  }

  /** What profiles may be asked for: the keys of all fields that are not archived. */
  async profileFieldKeys(): Promise<string[]> {
    return (await this.catalogue.list()).map(({ key }) => key);
  }

  /**
   * What the profile of each customer's person shows, without the fields that are empty; at most 1,000 customers. Holds
   * personal data: keep no more of it than the purpose needs, and forget it at `customers.erased`.
   */
  async profilesOf(customerIds: readonly string[]): Promise<Map<string, Record<string, FieldValue>>> {
    const profiles = await this.profiles.of(customerIds);
    return new Map(
      [...profiles].map(([id, { fields }]) => [
        id,
        Object.fromEntries(
          fields.flatMap(({ definition, value }) => (value === null ? [] : [[definition.key, value]])),
        ),
      ]),
    );
  }

  /** WeCom's ids of the corp tags that any staff gave each of these customers; those without a tag are missing. */
  corpTagsOf(customerIds: readonly string[]): Promise<Map<string, string[]>> {
    return this.standings.tagsOf(customerIds);
  }

  /** Since when each is known, whether WeCom still lists him with any staff, and whether he was erased; unknown ids are missing. */
  standingOf(customerIds: readonly string[]): Promise<Map<string, CustomerStanding>> {
    return this.standings.of(customerIds);
  }

  /** The names that customers show in WeChat, by id: personal, and all that others may see of them. Some have none. */
  namesOf(customerIds: readonly string[]): Promise<Map<string, string>> {
    return this.standings.namesOf(customerIds);
  }

  /** Who of the staff follows each of these contacts at present, the responsible one first; whom nobody follows is missing. */
  contactsOf(customerIds: readonly string[]): Promise<Map<string, FollowedContact>> {
    return this.standings.contactsOf(customerIds);
  }
}
