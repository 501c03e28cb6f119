import { Injectable } from '@nestjs/common';
import { type Pair, pairOf } from '../domain/facts.js';
import { PERSON_CUSTOMERS_MAX } from '../domain/linking-rules.js';
import { identityErrors } from '../identity.errors.js';
import { IdentityLocks } from '../persistence/identity-locks.js';
import { PersonStore } from '../persistence/person-store.js';
import { ListCases } from '../queries/list-cases.js';
import { Persons } from '../queries/persons.js';
import { DecidePersons } from './decide-persons.js';

/** What humans decide of persons. Their word stands until they say otherwise. Inside an open unit of work. */
@Injectable()
export class MergePersons {
  constructor(
    private readonly cases: ListCases,
    private readonly persons: Persons,
    private readonly store: PersonStore,
    private readonly locks: IdentityLocks,
    private readonly deciding: DecidePersons,
  ) {}

  /**
   * The persons of these customers are one, whatever their identifiers say. Moves no row of anybody.
   * @throws customers.person_not_found, customers.merge_needs_two, customers.person_too_large
   */
  async merge(customerIds: readonly string[]): Promise<void> {
    const sets = await this.lockedSets(customerIds);
    if (sets.length < 2) throw identityErrors.merge_needs_two();
    if (sets.flat().length > PERSON_CUSTOMERS_MAX) throw identityErrors.person_too_large();
    await this.decide(sets, true);
  }

  /**
   * The persons of these two customers are never one, unless somebody merges them by hand.
   * @throws customers.person_not_found
   */
  async keepApart(a: string, b: string): Promise<void> {
    const sets = await this.lockedSets([a, b]);
    await this.decide(sets, false);
  }

  /**
   * A human's word on a case: the two are one person, or never.
   * @returns the two customers
   * @throws customers.identity_case_not_found, customers.person_too_large
   * @throws customers.identity_case_settled when somebody else was faster
   */
  async settle(caseId: string, together: boolean): Promise<Pair> {
    if (!(await this.cases.find(caseId))) throw identityErrors.identity_case_not_found();
    await this.locks.lockPersonsAlone();
    const open = await this.cases.find(caseId);
    if (!open) throw identityErrors.identity_case_settled();
    const { customerA, customerB } = open;
    if ((await this.persons.customersOf(customerA)).includes(customerB))
      throw identityErrors.identity_case_settled();
    if (together) await this.merge([customerA, customerB]);
    else await this.keepApart(customerA, customerB);
    return [customerA, customerB];
  }

  /**
   * Takes customers off a person, for good: identifiers do not bring them back, only a merge by hand does. What connected
   * the others through them alone goes, too.
   * @returns the person as it was
   * @throws customers.person_not_found, customers.unmerge_not_of_person
   */
  async unmerge(customerId: string, splitOff: readonly string[]): Promise<string[]> {
    const [person = []] = await this.lockedSets([customerId]);
    const off = new Set(splitOff);
    const rest = person.filter((id) => !off.has(id));
    if (rest.length === 0 || rest.length + off.size !== person.length)
      throw identityErrors.unmerge_not_of_person();
    // who came with a merge by hand goes with it; only what holds them together beyond that needs a word for each pair
    const byHand = await this.store.togetherAmong([...off], rest);
    await this.store.decide(byHand, false);
    await this.deciding.again(person);
    const left = await this.persons.customersOfMany([...off]);
    const stillTogether = [...left.values()].some((ids) => ids.some((id) => rest.includes(id)));
    if (stillTogether) await this.decide([rest, [...off]], false);
    return person;
  }

  /** The persons of these customers, each once. Nobody changes them until the unit of work ends. */
  private async lockedSets(customerIds: readonly string[]): Promise<string[][]> {
    await this.locks.lockPersonsAlone();
    if (!(await this.store.exist(customerIds))) throw identityErrors.person_not_found();
    const sets = await this.persons.customersOfMany(customerIds);
    return [...new Map([...sets.values()].map((ids) => [ids[0], ids])).values()];
  }

  private async decide(sets: readonly (readonly string[])[], together: boolean): Promise<void> {
    const pairs = sets.flatMap((set, at) =>
      sets.slice(at + 1).flatMap((other) => set.flatMap((a) => other.map((b): Pair => pairOf(a, b)))),
    );
    await this.store.decide(pairs, together);
    await this.deciding.again(sets.flat());
  }
}
