import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { AppError } from '../../../../platform/errors/app-error.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Connections } from '../../../../wecom/index.js';
import { relevelJob } from '../use-cases/activate-table.js';
import { RelevelMembers } from '../use-cases/relevel-members.js';
import { SettleLevels } from '../use-cases/settle-levels.js';

const MINUTE_MS = 60_000;
/** Behind everything that somebody waits for. */
const PRIORITY = 40;

/** Few attempts: the next minute goes on anyway. */
const settleJob = defineJob<{ corpId: CorpId }>('loyalty.settle_levels', { attemptsMax: 3 });

/** What happens to levels without anybody asking: each minute by the clock, and part after part for a new version. */
@Injectable()
export class LevelClock implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly connections: Connections,
    private readonly schedules: Schedules,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly settling: SettleLevels,
    private readonly releveling: RelevelMembers,
  ) {}

  onModuleInit(): void {
    this.handlers.register(settleJob, async ({ corpId }, { signal }) => {
      while (await this.unit.run(corpId, () => this.settling.settleDue())) signal.throwIfAborted();
    });
    this.handlers.register(relevelJob, async ({ corpId, operationId }, { signal }) => {
      try {
        await this.releveling.run(corpId, operationId, signal);
      } catch (error) {
        // somebody cancelled it: what was committed stays, and activating the version again goes on there
        if (!(error instanceof AppError && error.code === operationsErrors.state_conflict.code)) throw error;
      }
    });
    this.schedules.register({ name: settleJob.name, everyMs: MINUTE_MS, run: () => this.enqueueAll() });
  }

  private async enqueueAll(): Promise<void> {
    for (const corpId of await this.connections.listActiveCorpIds()) {
      const options = { key: 'settle', queue: `${settleJob.name}:${corpId}`, priority: PRIORITY };
      await this.jobs.enqueue(settleJob, { corpId }, options);
    }
  }
}
