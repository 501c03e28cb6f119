import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { AwardStore } from '../persistence/award-store.js';
import { StoreAwards } from './store-awards.js';

export const DUE_TOGETHER_MAX = 500;

/** Books points whose holding period is over. Inside an open unit of work. */
@Injectable()
export class AwardDue {
  constructor(
    private readonly awards: AwardStore,
    private readonly storing: StoreAwards,
    private readonly clock: Clock,
  ) {}

  /** @returns how many were due; fewer than 500: there are no more */
  async award(): Promise<number> {
    const due = await this.awards.lockDue(this.clock.now(), DUE_TOGETHER_MAX);
    await this.storing.store(due, { before: due });
    return due.length;
  }
}
