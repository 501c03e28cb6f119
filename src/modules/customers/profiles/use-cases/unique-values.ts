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
   * @returns those that somebody else holds, or that an earlier one of the same call is to hold.
   */
  async findTaken(wanted: readonly WantedText[]): Promise<Set<WantedText>> {
    if (wanted.length === 0) return new Set();
    await this.locks.lockTexts(wanted);
    const holders = holdersOf(await this.values.listHolders(wanted));
    const all = holdersOf([...wanted, ...[...holders.values()].flat()]);
    const disputed = wanted.filter((one) =>
      (all.get(placeOf(one)) ?? []).some((other) => isOther(one, other)),
    );
    const persons = await this.persons.customersOfMany(disputed.map(({ customerId }) => customerId));
    const taken = new Set<WantedText>();
    for (const one of disputed) {
      const self = persons.get(one.customerId) ?? [one.customerId];
      const held = holders.get(placeOf(one)) ?? [];
      if (held.some(({ customerId }) => !self.includes(customerId))) taken.add(one);
      else holders.set(placeOf(one), [...held, one]);
    }
    return taken;
  }
}

function holdersOf(texts: readonly WantedText[]): Map<string, WantedText[]> {
  const holders = new Map<string, WantedText[]>();
  for (const one of texts) {
    const held = holders.get(placeOf(one));
    if (held) held.push(one);
    else holders.set(placeOf(one), [one]);
  }
  return holders;
}

function placeOf({ field, text }: WantedText): string {
  return `${field} ${text}`;
}

function isOther(one: WantedText, other: WantedText): boolean {
  return one.customerId !== other.customerId;
}
