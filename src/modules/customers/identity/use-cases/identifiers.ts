import { Injectable } from '@nestjs/common';
import { type GivenIdentifier, identifierText, parseIdentifier } from '../domain/identifier.js';
import { identityErrors } from '../identity.errors.js';
import { IdentifierStore, type NewHolding, type StoredHolding } from '../persistence/identifier-store.js';
import { IdentityLocks } from '../persistence/identity-locks.js';
import { ChangeIdentifiers } from './change-identifiers.js';

/** This value leads to this customer. */
export interface NewIdentifier extends GivenIdentifier {
  readonly customerId: string;
  /** Where one call tells of several: who says this one. */
  readonly source?: string | undefined;
}

/** What the mirror tells, it takes back itself. */
const MIRROR_SOURCES = ['wecom', 'remark'];

/** What leads to a customer. Inside an open unit of work. */
@Injectable()
export class Identifiers {
  constructor(
    private readonly store: IdentifierStore,
    private readonly locks: IdentityLocks,
    private readonly changes: ChangeIdentifiers,
  ) {}

  /**
   * Whoever finds a customer by an identifier, or makes one when there is none, takes this lock first: of two that come
   * with the same new identifier the second then finds the customer of the first. Until the unit of work ends.
   */
  async lock(keys: readonly GivenIdentifier[]): Promise<void> {
    await this.locks.lockValues(keys.flatMap((given) => parseIdentifier(given) ?? []));
  }

  /**
   * At most 1,000 a call, and one call in a unit of work: two such units could wait for each other. What is known already
   * costs two statements and no lock. Who is one person is decided again in the same transaction.
   * @param source who says so: crm, shop, import, api …; wecom and remark are the mirror's, which takes back what goes there
   * @throws customers.identifier_invalid, with nothing written
   * @throws customers.customer_erased; then the unit of work must not be committed
   */
  async add(items: readonly NewIdentifier[], source: string): Promise<void> {
    if (items.length === 0) return;
    const holdings = holdingsOf(items, source);
    const { missing } = await this.compare(
      holdings,
      holdings.map(({ customerId }) => customerId),
    );
    if (await this.changes.change(missing)) return;
    if (await this.store.hasErased(missing.map(({ customerId }) => customerId)))
      throw identityErrors.customer_erased();
  }

  /**
   * These are all identifiers that the sources know of these customers: what they told before and no longer tell goes. A
   * customer who was erased since they were read gets none.
   * @param told by source
   * @throws customers.identifier_invalid, with nothing written
   */
  async replace(
    customerIds: readonly string[],
    told: Readonly<Record<string, readonly NewIdentifier[]>>,
  ): Promise<void> {
    const holdings = Object.entries(told).flatMap(([source, items]) => holdingsOf(items, source));
    const { missing, others } = await this.compare(holdings, customerIds);
    await this.changes.change(
      missing,
      others.filter(({ source }) => source in told),
    );
  }

  /** What the mirror tells comes back with it, so it is not removed here. @throws customers.identifier_not_found, customers.identifier_of_wecom */
  async remove(customerId: string, identifierId: string): Promise<void> {
    const row = (await this.store.listOf([customerId])).find(({ id }) => id === identifierId);
    if (!row) throw identityErrors.identifier_not_found();
    if (MIRROR_SOURCES.includes(row.source)) throw identityErrors.identifier_of_wecom();
    await this.changes.change([], [row]);
  }

  private async compare(
    holdings: readonly NewHolding[],
    customerIds: readonly string[],
  ): Promise<{ missing: NewHolding[]; others: StoredHolding[] }> {
    const valueIds = await this.store.valueIdsOf(holdings.map(({ identifier }) => identifier));
    const others = new Map(
      (await this.store.listOf(customerIds)).map((row) => [
        keyOf(row.customerId, row.valueId, row.source),
        row,
      ]),
    );
    const known = new Set(others.keys());
    const missing = holdings.filter(({ customerId, identifier, source }) => {
      const key = keyOf(customerId, valueIds.get(identifierText(identifier)), source);
      others.delete(key);
      return !known.has(key);
    });
    return { missing, others: [...others.values()] };
  }
}

function holdingsOf(items: readonly NewIdentifier[], source: string): NewHolding[] {
  return items.map(({ customerId, source: own = source, ...given }) => {
    const identifier = parseIdentifier(given);
    if (!identifier) throw identityErrors.identifier_invalid({ kind: given.kind });
    return { customerId, identifier, source: own };
  });
}

function keyOf(customerId: string, valueId: string | undefined, source: string): string {
  return `${customerId} ${valueId} ${source}`;
}
