import { Injectable } from '@nestjs/common';
import { type GivenIdentifier, identifierText, parseIdentifier } from '../domain/identifier.js';
import { identityErrors } from '../identity.errors.js';
import { BlockList } from '../persistence/block-list.js';
import { IdentifierStore } from '../persistence/identifier-store.js';
import { IdentityFactsReader } from '../persistence/identity-facts.js';
import { IdentityLocks } from '../persistence/identity-locks.js';
import type { BlockedIdentifier } from '../queries/list-blocked.js';
import { DecidePersons } from './decide-persons.js';

/** Which values link nobody. Whoever they linked is parted at once, and put together again when they link again. */
@Injectable()
export class BlockIdentifiers {
  constructor(
    private readonly list: BlockList,
    private readonly store: IdentifierStore,
    private readonly reader: IdentityFactsReader,
    private readonly locks: IdentityLocks,
    private readonly persons: DecidePersons,
  ) {}

  /** @throws customers.identifier_invalid, customers.identifier_blocked_already */
  async block(given: GivenIdentifier, reason: string): Promise<BlockedIdentifier> {
    const identifier = parseIdentifier(given);
    if (!identifier) throw identityErrors.identifier_invalid({ kind: given.kind });
    await this.locks.lockValues([identifier]);
    await this.locks.lockPersonsAlone();
    const valueId = (await this.store.valueIdsOf([identifier])).get(identifierText(identifier));
    const blocked = await this.list.add(identifier, reason, valueId);
    if (!blocked) throw identityErrors.identifier_blocked_already();
    if (valueId !== undefined) await this.persons.again(await this.reader.sharersOf([valueId]));
    return blocked;
  }

  /** @throws customers.blocked_identifier_not_found */
  async unblock(id: string): Promise<void> {
    await this.locks.lockPersonsAlone();
    const valueId = await this.list.remove(id);
    if (valueId === undefined) throw identityErrors.blocked_identifier_not_found();
    await this.persons.again(await this.reader.sharersOf([valueId]));
  }
}
