import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Batches } from '../../batches/queries/batches.js';
import { couponsErrors } from '../../coupons.errors.js';
import { type ClaimLink, LINK_CODE_BYTES, LINK_DAYS_MAX } from '../domain/claim-link.js';
import { claimLinksErrors } from '../claim-links.errors.js';
import { ClaimLinkStore } from '../persistence/claim-link-store.js';

const DAY_MS = 86_400_000;
type NewLink = Pick<ClaimLink, 'batchId' | 'customerId' | 'channel' | 'expiresAt'>;

/** Makes links and switches them off. Inside an open unit of work. */
@Injectable()
export class ClaimLinks {
  constructor(
    private readonly database: Database,
    private readonly store: ClaimLinkStore,
    private readonly batches: Batches,
    private readonly customers: CustomersFacade,
    private readonly ids: Ids,
  ) {}

  /** @throws coupons.batch_not_found, customer_not_found, claim_link_time */
  async make(link: NewLink): Promise<ClaimLink> {
    await this.batches.get(link.batchId);
    if (link.customerId !== null && (await this.customers.known([link.customerId])).length === 0)
      throw couponsErrors.customer_not_found();
    const createdAt = await this.database.now();
    const days = (link.expiresAt.getTime() - createdAt.getTime()) / DAY_MS;
    if (days <= 0 || days > LINK_DAYS_MAX) throw claimLinksErrors.claim_link_time();
    const code = randomBytes(LINK_CODE_BYTES).toString('base64url');
    const made = { ...link, id: this.ids.next(), code, switchedOffAt: null, createdAt };
    await this.store.add(made);
    return made;
  }

  /** @throws coupons.claim_link_not_found */
  async get(id: string): Promise<ClaimLink> {
    const link = await this.store.find(id);
    if (!link) throw claimLinksErrors.claim_link_not_found();
    return link;
  }

  /** A second time changes nothing. @throws coupons.claim_link_not_found */
  async switchOff(id: string): Promise<ClaimLink> {
    await this.store.switchOff(id, await this.database.now());
    return this.get(id);
  }
}
