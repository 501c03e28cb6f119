import { Injectable } from '@nestjs/common';
import { Persons } from '../../identity/queries/persons.js';
import { ProfileLocks } from '../persistence/profile-locks.js';
import { ValueStore } from '../persistence/value-store.js';

/** A text that a customer is to hold in a field where each is of one person only. */
export interface WantedText {
  readonly customerId: string;
  readonly field: string;
  readonly text: string;
}

/** Texts of fields marked unique: two customers may hold the same one only when they are one person. */
@Injectable()
export class UniqueValues {
  constructor(
    private readonly locks: ProfileLocks,
    private readonly values: ValueStore,
    private readonly persons: Persons,
  ) {}

  /**
   * Locks the texts until the transaction ends, so call it before anything else is locked.
   * @returns those that somebody else holds, or an earlier one of the same call is to hold.
   */
  async findTaken(wanted: readonly WantedText[]): Promise<Set<WantedText>> {
    const taken = new Set<WantedText>();
    if (wanted.length === 0) return taken;
    await this.locks.lockTexts(wanted);
    const holders = new Map<string, Set<string>>();
    const add = ({ field, text, customerId }: WantedText): Set<string> => {
      const key = `${field} ${text}`;
      const ids = holders.get(key) ?? new Set<string>();
      holders.set(key, ids.add(customerId));
      return ids;
    };
    for (const holder of await this.values.listHolders(wanted)) add(holder);
    const shared = wanted.filter((one) => add(one).size > 1);
    if (shared.length === 0) return taken;
    const persons = await this.persons.customersOfMany(shared.map(({ customerId }) => customerId));
    for (const one of shared) {
      const self = persons.get(one.customerId) ?? [one.customerId];
      const others = [...(holders.get(`${one.field} ${one.text}`) ?? [])].filter((id) => !self.includes(id));
      if (others.length === 0) continue;
      taken.add(one);
      holders.get(`${one.field} ${one.text}`)?.delete(one.customerId);
    }
    return taken;
  }
}
