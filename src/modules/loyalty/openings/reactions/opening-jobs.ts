import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { isThrough } from '../domain/opening.js';
import { OpeningStore } from '../persistence/opening-store.js';
import { openingJob } from '../use-cases/opening-work.js';
import { OPENING_OPERATION } from '../use-cases/openings.js';
import { RunOpening } from '../use-cases/run-opening.js';

/** What moves imports of opening balances on: their job, and a person who cancels. */
@Injectable()
export class OpeningJobs implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly answers: OperationConfirmations,
    private readonly store: OpeningStore,
    private readonly work: RunOpening,
  ) {}

  onModuleInit(): void {
    this.handlers.register(openingJob, (payload, run) => this.work.run(payload, run));
    const nothingToConfirm = (): Promise<void> => Promise.resolve();
    this.answers.register(OPENING_OPERATION, nothingToConfirm, async (_corpId, operationId) => {
      const cancelled = await this.store.findByOperation(operationId);
      if (!cancelled) return;
      await this.store.finish(cancelled.id, 'running', 'cancelled');
      // its one transaction had not come yet
      await this.store.finish(cancelled.id, 'reversing', isThrough(cancelled) ? 'done' : 'failed');
    });
  }
}
