import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { CustomersFacade, type GivenIdentifier } from '../../../customers/index.js';
import { couponsErrors } from '../../coupons.errors.js';
import { claimLinksErrors } from '../claim-links.errors.js';
import { type ClaimLink, LINK_CODE } from '../domain/claim-link.js';
import { ClaimLinkStore } from '../persistence/claim-link-store.js';
import { ClaimBatcher, type ClaimResult } from './claim-batcher.js';

/** Lets those claim by a link who have proved who they are. */
@Injectable()
export class LinkClaims {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly store: ClaimLinkStore,
    private readonly customers: CustomersFacade,
    private readonly batcher: ClaimBatcher,
  ) {}

  /**
   * Outside a unit of work. Each person gets one coupon by a link, and the same again when he comes again.
   * @param identifier of the caller's own login: it proves who has come
   * @throws coupons.claim_link_not_found, claim_link_expired, claim_link_of_other, identifier_ambiguous, customer_not_found
   */
  async claim(corpId: CorpId, code: string, identifier: GivenIdentifier): Promise<ClaimResult> {
    const { link, ...whose } = await this.unit.read(corpId, () => this.admit(code, identifier));
    const { id: sourceId, batchId, channel } = link;
    return this.batcher.claim(corpId, {
      ...whose,
      batchId,
      channel: channel ?? undefined,
      source: 'link',
      sourceId,
    });
  }

  private async admit(
    code: string,
    identifier: GivenIdentifier,
  ): Promise<{ link: ClaimLink; key: string; customerId: string }> {
    const link = LINK_CODE.test(code) ? await this.store.findByCode(code) : undefined;
    if (!link || link.switchedOffAt) throw claimLinksErrors.claim_link_not_found();
    if (link.expiresAt <= (await this.database.now())) throw claimLinksErrors.claim_link_expired();
    const [holders = []] = await this.customers.holdersOf([identifier]);
    const persons = await this.customers.customersOfMany(holders);
    const personIds = new Set(holders.map((id) => persons.get(id)?.[0] ?? id));
    const [personId, another] = personIds;
    if (personId === undefined) throw couponsErrors.customer_not_found();
    if (another !== undefined) throw claimLinksErrors.identifier_ambiguous();
    const members = persons.get(holders[0] ?? '') ?? [personId];
    if (link.customerId === null) return { link, ...(await this.orderOf(link, members)) };
    if (!members.includes(link.customerId)) throw claimLinksErrors.claim_link_of_other();
    return { link, key: `link:${link.id}`, customerId: link.customerId };
  }

  /** In the name of the person, or as one of his customers claimed already, when nobody knew that they are one. */
  private async orderOf(
    { id }: ClaimLink,
    members: readonly string[],
  ): Promise<{ key: string; customerId: string }> {
    const orders = members.map((customerId) => ({ key: `link:${id}:${customerId}`, customerId }));
    const [ofPerson] = orders;
    if (!ofPerson) throw new Error('a person is nobody');
    return (await this.store.claimOf(orders.map(({ key }) => key))) ?? ofPerson;
  }
}
