import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { CustomersFacade } from '../../../customers/index.js';
import { type CouponOffer, WelcomeCoupons } from '../../../welcome/index.js';
import { isIssuing } from '../../batches/domain/batch.js';
import { Batches } from '../../batches/queries/batches.js';
import { ClaimLinks } from '../../claims/use-cases/claim-links.js';
import { WelcomeOfferStore } from '../persistence/welcome-offer-store.js';

const DAY_MS = 86_400_000;
/** A welcome is read at once or not at all. */
const LINK_LIFE_MS = 30 * DAY_MS;
/** The mirror stores a new friend while the welcome is being composed. */
const PAUSE_MS = 150;
const CHANNEL = 'welcome';

/** A claim link of the new friend's own goes along with his welcome. */
@Injectable()
export class OfferWithWelcome extends WelcomeCoupons {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly batches: Batches,
    private readonly customers: CustomersFacade,
    private readonly links: ClaimLinks,
    private readonly offers: WelcomeOfferStore,
  ) {
    super();
  }

  override async hasBatch(batchId: string): Promise<boolean> {
    return (await this.batches.byIds([batchId])).length === 1;
  }

  override async claimCodeFor(
    corpId: CorpId,
    offer: CouponOffer,
    deadlineMs: number,
  ): Promise<string | undefined> {
    const customerId = await this.customerOf(corpId, offer.externalUserId, deadlineMs);
    if (customerId === undefined) return undefined;
    return this.unit.run(corpId, async () => {
      const made = await this.offers.findLink(offer);
      if (made !== undefined) return (await this.links.get(made)).code;
      const [batch] = await this.batches.byIds([offer.batchId]);
      const now = await this.database.now();
      if (!batch || !isIssuing(batch, now)) return undefined;
      const lastMs = now.getTime() + LINK_LIFE_MS;
      const expiresAt = new Date(Math.min(lastMs, batch.claimUntil?.getTime() ?? lastMs));
      const link = await this.links.make({ batchId: batch.id, customerId, channel: CHANNEL, expiresAt });
      await this.offers.insert(offer, { id: link.id, customerId, createdAt: link.createdAt });
      return link.code;
    });
  }

  /** Undefined when the mirror does not know him in time. */
  private async customerOf(
    corpId: CorpId,
    externalUserId: string,
    deadlineMs: number,
  ): Promise<string | undefined> {
    const untilMs = performance.now() + deadlineMs - this.clock.now().getTime();
    while (performance.now() < untilMs) {
      const [id] = await this.unit.read(corpId, () => this.customers.idsOfContacts([externalUserId]));
      if (id !== undefined) return id;
      await sleep(PAUSE_MS);
    }
    return undefined;
  }
}
