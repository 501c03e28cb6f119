import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { customersErased, relationEnded, relationStarted } from '../../../customers/customers.events.js';
import { corpTagsDeleted } from '../../../segments/segments.events.js';
import { balanceBandChanged, levelChanged } from '../../loyalty.events.js';
import { TagWriteStore } from '../persistence/tag-write-store.js';
import { RefreshTags, writeTagsJob } from '../use-cases/refresh-tags.js';
import { retagJob, WalkTags } from '../use-cases/walk-tags.js';
import { WriteTags } from '../use-cases/write-tags.js';

/** Only customers whose level, band or relations changed are looked at, and all of a program when its rules changed. */
@Injectable()
export class TagReactions implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly consumers: EventConsumers,
    private readonly handlers: JobHandlers,
    private readonly refreshing: RefreshTags,
    private readonly walking: WalkTags,
    private readonly writing: WriteTags,
    private readonly writes: TagWriteStore,
  ) {}

  onModuleInit(): void {
    this.handlers.register(writeTagsJob, ({ corpId }, { signal }) => this.writing.write(corpId, signal));
    this.handlers.register(retagJob, ({ corpId, programId, after }) =>
      this.unit.run(corpId, () => this.walking.step(programId, after)),
    );
    this.followCustomers();
    this.consumers.register({
      name: 'loyalty.tag_levels',
      events: [levelChanged],
      apply: ({ payload }) =>
        this.refreshing.refresh(
          payload.programId,
          payload.changes.map(({ customerId }) => customerId),
        ),
    });
    this.consumers.register({
      name: 'loyalty.tag_balances',
      events: [balanceBandChanged],
      apply: ({ payload }) => this.refreshing.refresh(payload.programId, payload.customerIds),
    });
  }

  private followCustomers(): void {
    this.consumers.register<{ customerId: string }>({
      name: 'loyalty.tag_relations',
      events: [relationStarted, relationEnded],
      apply: ({ payload }) => this.refreshing.refreshEverywhere([payload.customerId]),
    });
    this.consumers.register({
      name: 'loyalty.tag_erased',
      events: [customersErased],
      apply: ({ payload }) => this.refreshing.refreshEverywhere(payload.customerIds),
    });
    this.consumers.register({
      name: 'loyalty.forget_tags',
      events: [corpTagsDeleted],
      apply: ({ payload }) => this.writes.forgetTags(payload.wecomTagIds),
    });
  }
}
