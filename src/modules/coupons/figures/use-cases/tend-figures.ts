import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Events } from '../../../../platform/events/events.js';
import { redemptionRateLow } from '../../coupons.events.js';
import { FigureStore } from '../persistence/figure-store.js';

const ROWS_PER_FOLD = 20_000;

/** Opens its own units of work. */
@Injectable()
export class TendFigures {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: FigureStore,
    private readonly events: Events,
  ) {}

  async fold(corpId: CorpId): Promise<void> {
    let loose: number;
    do loose = await this.unit.run(corpId, () => this.store.fold(ROWS_PER_FOLD));
    while (loose === ROWS_PER_FOLD);
  }

  /** Says of each batch once a day of its zone that too few of its coupons are redeemed. */
  watchRates(corpId: CorpId): Promise<void> {
    return this.unit.run(corpId, async () => {
      for (const low of await this.store.noteLowRates()) await this.events.append(redemptionRateLow, low);
    });
  }
}
