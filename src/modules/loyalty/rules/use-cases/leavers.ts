import { Injectable } from '@nestjs/common';
import { CustomersFacade } from '../../../customers/index.js';
import type { Award } from '../domain/award.js';
import { AwardStore } from '../persistence/award-store.js';
import { StoreAwards } from './store-awards.js';

/** Takes back what was given for customers who leave soon. Inside an open unit of work. */
@Injectable()
export class Leavers {
  constructor(
    private readonly customers: CustomersFacade,
    private readonly awards: AwardStore,
    private readonly storing: StoreAwards,
  ) {}

  /**
   * These customers were lost; once taken back it stays so, even if they return.
   * @param noticedAt for those of whom WeCom does not say when they left
   */
  async left(customerIds: readonly string[], noticedAt: Date): Promise<void> {
    await this.awards.lock(customerIds);
    const standing = await this.customers.standingOf(customerIds);
    const leftAtOf = (customerId: string): Date => standing.get(customerId)?.lastEndedAt ?? noticedAt;
    const first = Math.min(...customerIds.map((id) => leftAtOf(id).getTime()));
    const found = await this.awards.lockOfLeavers(customerIds, new Date(first));
    const marked = found.flatMap((award) => {
      const leftAt = leftAtOf(award.eventCustomerId);
      return isSoon(award, leftAt) ? [{ ...award, clawedBackAt: leftAt }] : [];
    });
    await this.storing.store(marked, { before: found });
  }

  /** Those of awards whose customer has left already: his leaving may have been told first. Under the locks of these customers. */
  async mark(awards: readonly Award[]): Promise<Award[]> {
    const open = awards.filter(({ clawBackUntil, clawedBackAt }) => clawBackUntil && !clawedBackAt);
    if (open.length === 0) return [...awards];
    const standing = await this.customers.standingOf(open.map(({ eventCustomerId }) => eventCustomerId));
    return awards.map((award) => {
      const customer = standing.get(award.eventCustomerId);
      const leftAt = customer && !customer.isFollowed ? customer.lastEndedAt : null;
      if (!leftAt || award.clawedBackAt || !isSoon(award, leftAt)) return award;
      return { ...award, clawedBackAt: leftAt };
    });
  }
}

function isSoon({ eventAt, clawBackUntil }: Award, leftAt: Date): boolean {
  return clawBackUntil !== null && leftAt >= eventAt && leftAt <= clawBackUntil;
}
