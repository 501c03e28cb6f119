import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { AUDIENCE_OPERATION, audienceJob, AudienceWork } from '../use-cases/audience-work.js';
import { RunAudience } from '../use-cases/run-audience.js';

/** What moves audiences on: their job, and a person who answers that the first ones shall get the stock, or cancels. */
@Injectable()
export class AudienceJobs implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly answers: OperationConfirmations,
    private readonly store: AudienceStore,
    private readonly running: RunAudience,
    private readonly work: AudienceWork,
  ) {}

  onModuleInit(): void {
    this.handlers.register(audienceJob, (payload, run) => this.running.run(payload, run));
    this.answers.register(
      AUDIENCE_OPERATION,
      async (_corpId, operationId) => {
        const confirmed = await this.store.findByOperation(operationId);
        if (confirmed) await this.work.enqueue(confirmed.id);
      },
      async (_corpId, operationId) => {
        const cancelled = await this.store.findByOperation(operationId);
        if (cancelled) await this.store.finish(cancelled.id, 'cancelled');
      },
    );
  }
}
