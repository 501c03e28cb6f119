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
    const { link, customerId, personId } = await this.unit.read(corpId, () => this.admit(code, identifier));
    const { id: sourceId, batchId, channel } = link;
    const key = link.customerId === null ? `link:${sourceId}:${personId}` : `link:${sourceId}`;
    return this.batcher.claim(corpId, {
      key,
      batchId,
      customerId,
      channel: channel ?? undefined,
      source: 'link',
      sourceId,
    });
  }

  private async admit(
    code: string,
    identifier: GivenIdentifier,
  ): Promise<{ link: ClaimLink; customerId: string; personId: string }> {
    const link = LINK_CODE.test(code) ? await this.store.findByCode(code) : undefined;
    if (!link || link.switchedOffAt) throw claimLinksErrors.claim_link_not_found();
    if (link.expiresAt <= (await this.database.now())) throw claimLinksErrors.claim_link_expired();
    const [holders = []] = await this.customers.holdersOf([identifier]);
    const persons = await this.customers.customersOfMany(holders);
    const personIds = new Set(holders.map((id) => persons.get(id)?.[0] ?? id));
    const [personId, another] = personIds;
    const [holder] = holders;
    if (personId === undefined || holder === undefined) throw couponsErrors.customer_not_found();
    if (another !== undefined) throw claimLinksErrors.identifier_ambiguous();
    const isHis = link.customerId === null || persons.get(holder)?.includes(link.customerId);
    if (!isHis) throw claimLinksErrors.claim_link_of_other();
    return { link, customerId: link.customerId ?? holder, personId };
  }
}
