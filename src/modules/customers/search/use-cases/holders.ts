import { Injectable } from '@nestjs/common';
import type { GivenIdentifier } from '../../identity/domain/identifier.js';
import { IdentifierLookup } from '../../identity/queries/identifier-lookup.js';
import { Persons } from '../../identity/queries/persons.js';
import { Identifiers } from '../../identity/use-cases/identifiers.js';

/** Whom the identifiers of one item lead to. */
export interface Holding {
  /** Absent when nobody holds the first identifier. */
  readonly customerId?: string;
  /** The first one leads to customers of different persons. */
  readonly isAmbiguous?: boolean;
  /** The customer holds them all. */
  readonly isKnown: boolean;
  /** Which of them the customer does not hold, by their places. */
  readonly missing: readonly number[];
}

/** Finds by identifiers what may have to be made. Inside an open unit of work. */
@Injectable()
export class Holders {
  constructor(
    private readonly lookup: IdentifierLookup,
    private readonly identifiers: Identifiers,
    private readonly persons: Persons,
  ) {}

  /**
   * @param items for each its identifiers; the first one finds the customer.
   * @returns one for each, in their order. Whoever finds nobody holds the lock under which others would make the same one,
   * and all locks that writing any of these identifiers takes: more of them later would be out of their order.
   */
  async find(items: readonly (readonly GivenIdentifier[])[]): Promise<Holding[]> {
    const keys = items.flat();
    const found = await this.holdings(items, await this.lookup.find(keys));
    if (found.every(({ isKnown }) => isKnown)) return found;
    await this.identifiers.lock(keys);
    return this.holdings(items, await this.lookup.find(keys));
  }

  private async holdings(
    items: readonly (readonly GivenIdentifier[])[],
    found: readonly string[][],
  ): Promise<Holding[]> {
    const shared = found.flatMap((ids) => (ids.length > 1 ? ids : []));
    const persons = await this.persons.customersOfMany([...new Set(shared)]);
    let at = 0;
    return items.map((own) => {
      const holders = found.slice(at, (at += own.length));
      return holdingOf(holders, persons);
    });
  }
}

function holdingOf(holders: readonly string[][], persons: ReadonlyMap<string, string[]>): Holding {
  const [first = []] = holders;
  const [customerId, ...others] = first;
  const missing = holders.flatMap((ids, place) => (ids.includes(customerId ?? '') ? [] : [place]));
  if (customerId === undefined) return { isKnown: false, missing };
  const person = persons.get(customerId) ?? [customerId];
  return {
    customerId,
    isAmbiguous: others.some((id) => !person.includes(id)),
    isKnown: missing.length === 0,
    missing,
  };
}
