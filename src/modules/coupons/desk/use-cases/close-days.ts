import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Stores } from '../../../staff/index.js';
import { ClosingStore } from '../persistence/closing-store.js';

const STORES_PER_UNIT = 200;

/** Opens its own units of work. */
@Injectable()
export class CloseDays {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly stores: Stores,
    private readonly closings: ClosingStore,
  ) {}

  /** Of all stores, closed ones too: their last day ends like the others. */
  async closeEnded(corpId: CorpId): Promise<void> {
    let after: { id: string } | undefined;
    do {
      const stores = await this.unit.run(corpId, async () => {
        const some = await this.stores.list({}, after, STORES_PER_UNIT);
        await this.closings.close(some.map(({ id, timeZone }) => ({ storeId: id, timeZone })));
        return some;
      });
      after = stores.length === STORES_PER_UNIT ? stores.at(-1) : undefined;
    } while (after);
  }
}
