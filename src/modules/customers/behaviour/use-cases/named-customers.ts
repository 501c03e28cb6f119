import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CustomerStore } from '../../contacts/persistence/customer-store.js';
import { type GivenIdentifier, identifierText, parseIdentifier } from '../../identity/domain/identifier.js';
import { IdentifierLookup } from '../../identity/queries/identifier-lookup.js';
import { Identifiers } from '../../identity/use-cases/identifiers.js';
import type { NamedCustomer } from '../domain/customer-event.js';

/** A customer as an event names him. */
export interface Named {
  readonly customer: NamedCustomer;
  /** Who says so, should the customer be made of it. */
  readonly source: string;
}

interface Newcomer {
  readonly given: GivenIdentifier;
  readonly source: string;
}

/** Whom events are about. Inside an open unit of work. */
@Injectable()
export class NamedCustomers {
  constructor(
    private readonly database: Database,
    private readonly lookup: IdentifierLookup,
    private readonly identifiers: Identifiers,
    private readonly customers: CustomerStore,
  ) {}

  /** @returns for each the customer's id: of several that hold an identifier the smallest; undefined when there is none. */
  async resolve(named: readonly Named[], { create }: { create: boolean }): Promise<(string | undefined)[]> {
    const ids = await this.known(
      named.flatMap(({ customer }) => ('customerId' in customer ? [customer.customerId] : [])),
    );
    const held = await this.holders(named, create);
    return named.map(({ customer }) => {
      if (!('customerId' in customer)) return held.get(textOf(customer.identifier));
      return ids.has(customer.customerId) ? customer.customerId : undefined;
    });
  }

  private async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      { name: 'behaviour-known-customers', text: KNOWN },
      [this.database.corpId, [...new Set(ids)]],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async holders(named: readonly Named[], create: boolean): Promise<Map<string, string>> {
    const wanted = new Map<string, Newcomer>();
    for (const { customer, source } of named) {
      if ('identifier' in customer)
        wanted.set(textOf(customer.identifier), { given: customer.identifier, source });
    }
    const held = await this.find(wanted);
    const missing = new Map([...wanted].filter(([text]) => !held.has(text)));
    if (!create || missing.size === 0) return held;
    await this.identifiers.lock([...missing.values()].map(({ given }) => given));
    for (const [text, id] of await this.find(missing)) {
      held.set(text, id);
      missing.delete(text);
    }
    for (const [text, id] of await this.make(missing)) held.set(text, id);
    return held;
  }

  private async find(wanted: ReadonlyMap<string, Newcomer>): Promise<Map<string, string>> {
    if (wanted.size === 0) return new Map();
    const found = await this.lookup.find([...wanted.values()].map(({ given }) => given));
    const holders = [...wanted.keys()].map((text, at): [string, string | undefined] => [
      text,
      found[at]?.[0],
    ]);
    return new Map(holders.filter((one): one is [string, string] => one[1] !== undefined));
  }

  private async make(missing: ReadonlyMap<string, Newcomer>): Promise<Map<string, string>> {
    const ids = await this.customers.addOfOtherSystems(missing.size);
    const made = [...missing].map(([text, { given, source }], at) => ({
      text,
      identifier: { ...given, source, customerId: ids[at] ?? '' },
    }));
    const identifiers = made.map(({ identifier }) => identifier);
    await this.identifiers.add(identifiers, identifiers[0]?.source ?? '');
    return new Map(made.map(({ text, identifier }) => [text, identifier.customerId]));
  }
}

const KNOWN = `SELECT id FROM customers.customers WHERE corp_id = $1 AND id = ANY($2::uuid[])`;

/** One text for each identifier, however it was written. */
function textOf(given: GivenIdentifier): string {
  const identifier = parseIdentifier(given);
  if (!identifier) throw new Error('an identifier is checked before it is looked for');
  return identifierText(identifier);
}
