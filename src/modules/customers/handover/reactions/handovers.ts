import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { type HandoverReported, handoverReported } from '../../../../wecom/wecom.events.js';
import { HandoverStore } from '../persistence/handover-store.js';
import { HandOver } from '../use-cases/hand-over.js';
import { HandoverJobs, handOverJob } from '../use-cases/handover-jobs.js';
import { HANDOVER_OPERATION } from '../use-cases/request-handover.js';

/** What moves hand-overs on: their jobs, WeCom's callbacks, and a person who cancels. */
@Injectable()
export class Handovers implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly consumers: EventConsumers,
    private readonly answers: OperationConfirmations,
    private readonly items: HandoverStore,
    private readonly jobs: HandoverJobs,
    private readonly work: HandOver,
  ) {}

  onModuleInit(): void {
    this.handlers.register(handOverJob, ({ corpId, handoverId }, run) =>
      this.work.run(corpId, handoverId, run.signal),
    );
    this.consumers.register<HandoverReported>({
      name: 'customers.look_at_handovers',
      events: [handoverReported],
      apply: async ({ payload }) => {
        for (const id of await this.items.listOpenOf(payload.externalUserId)) await this.jobs.wake(id);
      },
    });
    this.answers.register(
      HANDOVER_OPERATION,
      () => Promise.resolve(), // it asks nothing
      (_, id) => this.cancel(id),
    );
  }

  /** What WeCom has accepted cannot be taken back; its result is still followed. */
  private async cancel(id: string): Promise<void> {
    await this.items.cancel(id);
    await this.jobs.wake(id);
  }
}
