import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { CustomerFollowers } from '../../contacts/reactions/customer-followers.js';
import { type GivenIdentifier, parseIdentifier } from '../domain/identifier.js';
import { type MirroredCustomer, MirrorReader } from '../persistence/mirror-reader.js';
import { IdentifierLookup } from '../queries/identifier-lookup.js';
import { Identifiers, type NewIdentifier } from './identifiers.js';

/** A page is one short transaction: who decides persons meanwhile never waits long. */
const PAGE = 500;

/**
 * Makes identifiers of what WeCom and staff tell: unionids and noted phones. It follows the times at which customers
 * change, so a sync pays nothing, and a corp that is upgraded is read from its first customer on.
 */
@Injectable()
export class FollowMirror implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly mirror: MirrorReader,
    private readonly lookup: IdentifierLookup,
    private readonly identifiers: Identifiers,
    private readonly followers: CustomerFollowers,
  ) {}

  onModuleInit(): void {
    this.followers.register('identifiers', (corpId, signal) => this.follow(corpId, signal));
  }

  /** Until everything is read that changed. Opens its own units of work. */
  async follow(corpId: CorpId, signal?: AbortSignal): Promise<void> {
    for (let read = PAGE; read === PAGE;) {
      signal?.throwIfAborted();
      read = await this.unit.run(corpId, () => this.followPage());
    }
  }

  private async followPage(): Promise<number> {
    const page = await this.mirror.listAfter(await this.mirror.lockPosition(), PAGE);
    const contacts = page.filter(({ externalUserId }) => externalUserId !== null);
    if (contacts.length > 0) {
      const customerIds = contacts.map(({ customerId }) => customerId);
      const wecom = [...contacts.flatMap(unionIdOf), ...(await this.toldElsewhere(contacts))];
      await this.identifiers.replace(customerIds, { wecom, remark: contacts.flatMap(phonesOf) });
    }
    const last = page.at(-1);
    if (last) await this.mirror.movePosition(last);
    return page.length;
  }

  /** A contact has its external_userid without a row, unless another system told it first. */
  private async toldElsewhere(contacts: readonly MirroredCustomer[]): Promise<NewIdentifier[]> {
    const own = contacts.flatMap((contact) =>
      valid(contact, { kind: 'external_userid', value: contact.externalUserId ?? '' }),
    );
    const holders = await this.lookup.find(own);
    return own.filter(({ customerId }, at) => holders[at]?.some((holder) => holder !== customerId));
  }
}

function unionIdOf(contact: MirroredCustomer): NewIdentifier[] {
  return contact.unionId ? valid(contact, { kind: 'unionid', value: contact.unionId }) : [];
}

function phonesOf(contact: MirroredCustomer): NewIdentifier[] {
  return contact.phones.flatMap((value) => valid(contact, { kind: 'phone', value }));
}

/** Staff note what they like; what is no identifier leads to nobody. */
function valid({ customerId }: MirroredCustomer, given: GivenIdentifier): NewIdentifier[] {
  return parseIdentifier(given) ? [{ customerId, ...given }] : [];
}
