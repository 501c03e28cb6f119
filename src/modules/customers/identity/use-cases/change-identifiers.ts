import { Injectable } from '@nestjs/common';
import { identifierText } from '../domain/identifier.js';
import { IdentifierStore, type NewHolding, type StoredHolding } from '../persistence/identifier-store.js';
import { IdentityFactsReader } from '../persistence/identity-facts.js';
import { IdentityLocks } from '../persistence/identity-locks.js';
import { DecidePersons } from './decide-persons.js';

/** Writes and removes identifiers and decides again who is one person. Inside an open unit of work. */
@Injectable()
export class ChangeIdentifiers {
  constructor(
    private readonly store: IdentifierStore,
    private readonly reader: IdentityFactsReader,
    private readonly locks: IdentityLocks,
    private readonly persons: DecidePersons,
  ) {}

  /**
   * Where nobody shares a value and nobody is connected with anybody, no person can change: such facts are written side by
   * side. Otherwise all facts of the corp stand still while the persons are decided again.
   * @returns false: some stood there already, or are of a customer who was erased. Who erases holds the persons alone.
   */
  async change(added: readonly NewHolding[], removed: readonly StoredHolding[] = []): Promise<boolean> {
    if (added.length === 0 && removed.length === 0) return true;
    const told = added.filter(({ identifier }) => identifier.kind === 'external_userid');
    const contacts = await this.store.contactsWith(told.map(({ identifier }) => identifier.value));
    const holdings = [...added, ...contacts];
    await this.locks.lockValues(holdings.map(({ identifier }) => identifier));
    const valueIds = await this.store.valueIdsOf(holdings.map(({ identifier }) => identifier));
    const touched = [...new Set([...holdings, ...removed].map(({ customerId }) => customerId))];
    const before = await this.lockPersons(holdings, removed, touched, [...valueIds.values()]);
    await this.store.remove(removed.map(({ id }) => id));
    const isWhole = (await this.store.add(holdings, valueIds)) === holdings.length;
    if (!before) return isWhole;
    const after = await this.reader.sharersOf([...valueIds.values(), ...removed.map((row) => row.valueId)]);
    await this.persons.again([...new Set([...before, ...after])]);
    return isWhole;
  }

  /** @returns whose person may change; undefined: nobody's */
  private async lockPersons(
    holdings: readonly NewHolding[],
    removed: readonly StoredHolding[],
    touched: readonly string[],
    valueIds: readonly string[],
  ): Promise<string[] | undefined> {
    const affected = async (): Promise<string[]> => [
      ...(await this.reader.sharersOf([...valueIds, ...removed.map((row) => row.valueId)])),
      ...(await this.reader.connectedOf(touched)),
    ];
    const known = valueIds.length > 0 || removed.length > 0 || sharedWithin(holdings);
    if (!known && (await this.reader.connectedOf(touched)).length === 0) {
      await this.locks.sharePersons();
      // whoever decided meanwhile may have connected them; the new values themselves are locked
      if ((await this.reader.connectedOf(touched)).length === 0) return undefined;
      await this.locks.unsharePersons();
    }
    await this.locks.lockPersonsAlone();
    return affected();
  }
}

function sharedWithin(holdings: readonly NewHolding[]): boolean {
  const customers = new Map<string, string>();
  return holdings.some(({ customerId, identifier }) => {
    const text = identifierText(identifier);
    const other = customers.get(text) ?? customerId;
    customers.set(text, customerId);
    return other !== customerId;
  });
}
