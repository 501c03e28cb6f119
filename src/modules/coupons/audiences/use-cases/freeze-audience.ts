import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Batches } from '../../batches/queries/batches.js';
import { audiencesErrors } from '../audiences.errors.js';
import type { Audience } from '../domain/audience.js';
import { MemberSource } from '../domain/member-source.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { MemberStore } from '../persistence/member-store.js';
import { AudienceWork } from './audience-work.js';

/** Says for ever who is in an audience, in one transaction and, of a filter, by one statement. */
@Injectable()
export class FreezeAudience {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: AudienceStore,
    private readonly members: MemberStore,
    private readonly source: MemberSource,
    private readonly work: AudienceWork,
    private readonly batches: Batches,
  ) {}

  /**
   * @returns whether it can go on: false while a person is asked.
   * @throws coupons.audience_empty, what the source throws
   */
  do(corpId: CorpId, id: string): Promise<boolean> {
    return this.unit.run(corpId, async () => {
      const audience = await this.store.lock(id);
      if (audience?.state !== 'running')
        throw operationsErrors.state_conflict({ state: audience?.state ?? 'gone' });
      if (audience.frozenAt) return true;
      const customers = await this.gather(audience);
      if (customers === 0) throw audiencesErrors.audience_empty();
      await this.store.freeze(id, customers);
      await this.work.progress(audience, 0, customers);
      return this.isStockEnough({ ...audience, customers });
    });
  }

  private async gather(audience: Audience): Promise<number> {
    if (audience.source === 'list') return audience.customers;
    return this.members.addAll(audience.id, await this.source.statement(audience));
  }

  private async isStockEnough(audience: Audience): Promise<boolean> {
    const coupons = audience.customers * audience.each;
    const stock = await this.batches.stockOf(audience.batchId);
    if (stock >= coupons) return true;
    await this.work.askAboutStock(audience, { coupons, stock });
    return false;
  }
}
