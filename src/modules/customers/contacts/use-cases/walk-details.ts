import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { WecomApiError } from '../../../../wecom/index.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { ReadContactFromWecom } from './read-contact.js';
import { StoreContact } from './store-contact.js';

/** WeCom allows far more calls a minute (page 90454); the rest belongs to syncs and events. */
const CUSTOMERS_PER_WALK = 60;

/**
 * Reads some customers in full, those first whose full read is the oldest: the only way to personal tags that no event
 * told of (page 92994 leaves them out). Where it goes on stands in the rows, so a kill loses nothing.
 */
@Injectable()
export class WalkDetails {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly customers: CustomerStore,
    private readonly wecom: ReadContactFromWecom,
    private readonly storing: StoreContact,
  ) {}

  /** Outside any unit of work. */
  async walk(corpId: CorpId, signal: AbortSignal, customersMax = CUSTOMERS_PER_WALK): Promise<void> {
    const due = await this.unit.read(corpId, () => this.customers.listOldestDetails(customersMax));
    for (const externalUserId of due) {
      if (signal.aborted) return;
      await this.readOne(corpId, externalUserId);
    }
  }

  /** What WeCom refuses for this customer alone must not stand before all the others for ever. */
  private async readOne(corpId: CorpId, externalUserId: string): Promise<void> {
    try {
      const read = await this.wecom.read(corpId, externalUserId);
      await this.unit.run(corpId, () => this.storing.store(read));
    } catch (error) {
      if (!(error instanceof WecomApiError) || error.action !== 'fail') throw error;
      await this.unit.run(corpId, async () =>
        this.customers.markDetailAsked(externalUserId, await this.customers.readClock()),
      );
    }
  }
}
