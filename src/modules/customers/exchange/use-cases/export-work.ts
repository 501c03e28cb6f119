import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { FastLane } from '../../../../platform/jobs/fast-lane.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import { ExportEnds } from './export-ends.js';
import { ExportStep } from './export-step.js';

type ExportPayload = { corpId: CorpId; exportId: string };
const exportJob = defineJob<ExportPayload>('customers.export', { attemptsMax: 14 });
/** Then another job goes on: a worker is not held from other work for long. */
const STEPS_PER_JOB = 400;

/** Works an export off, step by step; the next process goes on where one was stopped. */
@Injectable()
export class ExportWork implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly step: ExportStep,
    private readonly ends: ExportEnds,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly fastLane: FastLane,
  ) {}

  onModuleInit(): void {
    this.handlers.register(exportJob, (payload, run) => this.run(payload, run));
  }

  /** Inside an open unit of work. */
  async enqueue(exportId: string): Promise<void> {
    await this.jobs.enqueue(exportJob, { corpId: this.unit.corpId(), exportId }, { key: exportId });
  }

  async run({ corpId, exportId }: ExportPayload, run: JobRun): Promise<void> {
    try {
      for (let count = 1; await this.step.do(corpId, exportId); count++) {
        if (run.signal.aborted || count === STEPS_PER_JOB)
          return await this.unit.run(corpId, () => this.enqueue(exportId));
        await this.fastLane.giveWay();
      }
    } catch (error) {
      const code = finalCodeOf(error, run);
      if (code !== undefined) await this.unit.run(corpId, () => this.ends.fail(exportId, code));
    }
  }
}
