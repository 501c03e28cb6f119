import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { IdentifierLookup } from '../../identity/queries/identifier-lookup.js';
import { Persons } from '../../identity/queries/persons.js';
import type { KnownCustomers } from '../domain/find-customers.js';
import type { ReadIdentifier, ReadRow } from '../domain/read-row.js';
import { DryKeyStore } from '../persistence/dry-key-store.js';

/** Whom rows may be about. Inside an open unit of work. */
@Injectable()
export class KnownCustomersReader {
  constructor(
    private readonly database: Database,
    private readonly lookup: IdentifierLookup,
    private readonly persons: Persons,
    private readonly dryKeys: DryKeyStore,
  ) {}

  /**
   * @param dryRun the import whose earlier steps count as done
   * @returns also the customers that only the dry run would have made
   */
  async read(
    rows: readonly ReadRow[],
    dryRun: string | undefined,
  ): Promise<KnownCustomers & { virtual: ReadonlySet<string> }> {
    const wanted = new Map<string, ReadIdentifier>();
    for (const row of rows) for (const one of row.identifiers) wanted.set(one.text, one);
    const found = await this.lookup.find(
      [...wanted.values()].map(({ kind, namespace, value }) => ({
        kind,
        value,
        ...(namespace !== '' && { namespace }),
      })),
    );
    const holders = new Map<string, readonly string[]>();
    for (const [index, text] of [...wanted.keys()].entries()) {
      const ids = found[index] ?? [];
      if (ids.length > 0) holders.set(text, ids);
    }
    const personOf = await this.personsOf([...new Set([...holders.values()].flat())]);
    const virtual = await this.addDry(dryRun, [...wanted.keys()], holders);
    return { ids: await this.existing(rows), holders, personOf, virtual };
  }

  private async personsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const persons = await this.persons.customersOfMany(ids);
    return new Map([...persons].map(([id, customers]) => [id, customers[0] ?? id]));
  }

  /** A stored holder comes before one that would only be made. */
  private async addDry(
    dryRun: string | undefined,
    texts: readonly string[],
    holders: Map<string, readonly string[]>,
  ): Promise<Set<string>> {
    const virtual = new Set<string>();
    if (dryRun === undefined) return virtual;
    const missing = texts.filter((text) => !holders.has(text));
    for (const [text, holder] of await this.dryKeys.find(dryRun, missing)) {
      holders.set(text, [holder]);
      virtual.add(holder);
    }
    return this.onlyMissing(virtual);
  }

  /** A dry run also remembers what it would have given to customers that exist. */
  private async onlyMissing(ids: ReadonlySet<string>): Promise<Set<string>> {
    if (ids.size === 0) return new Set();
    const existing = await this.existingOf([...ids]);
    return new Set([...ids].filter((id) => !existing.has(id)));
  }

  private existing(rows: readonly ReadRow[]): Promise<Set<string>> {
    return this.existingOf(rows.flatMap(({ customer }) => (customer ? [customer.id] : [])));
  }

  private async existingOf(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM customers.customers WHERE corp_id = $1 AND id = ANY($2::uuid[])',
      [this.database.corpId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
