import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { CodeFileStore } from '../persistence/code-file-store.js';
import { CODE_FILE_OPERATION, codeFileJob, MakeCodes } from '../use-cases/make-codes.js';

/** What moves files of codes on: their job, and a person who cancels. What was made by then is a file. */
@Injectable()
export class CodeFileJobs implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly answers: OperationConfirmations,
    private readonly store: CodeFileStore,
    private readonly making: MakeCodes,
  ) {}

  onModuleInit(): void {
    this.handlers.register(codeFileJob, (payload, run) => this.making.run(payload, run));
    const nothingToConfirm = (): Promise<void> => Promise.resolve();
    this.answers.register(CODE_FILE_OPERATION, nothingToConfirm, async (_corpId, operationId) => {
      const cancelled = await this.store.findByOperation(operationId);
      if (cancelled) await this.store.finish(cancelled.id, operationsErrors.state_conflict.code);
    });
  }
}
