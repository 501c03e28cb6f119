import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Counter } from 'prom-client';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Metrics } from '../../../../platform/health/metrics.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { Announcements } from '../use-cases/announcements.js';
import { ReconcileAnnounced } from '../use-cases/reconcile-announced.js';

const DAY_MS = 86_400_000;
const PRIORITY = 50;
const reconcileJob = defineJob<{ corpId: CorpId }>('customers.reconcile_announced', { attemptsMax: 3 });

/** Once a day, of each corp: what is announced is what its modules say. */
@Injectable()
export class ReconcileDaily implements OnModuleInit {
  private readonly logger = new Logger('Customers');
  private readonly differences: Counter;

  constructor(
    private readonly reconciling: ReconcileAnnounced,
    private readonly announcements: Announcements,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
    metrics: Metrics,
  ) {
    this.differences = metrics.counter(
      'announced_differences_total',
      'Values of customers that were not held as their module announced them, and were repaired',
      [],
    );
  }

  onModuleInit(): void {
    this.handlers.register(reconcileJob, ({ corpId }, run) => this.reconcile(corpId, run));
    this.schedules.register({
      name: reconcileJob.name,
      everyMs: DAY_MS,
      offsetMs: DAY_MS / 8, // 3 o'clock in the night of UTC, 11 in China: not at midnight with everything else
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    if (this.announcements.announcers().length === 0) return;
    for (const corpId of await this.connections.listCorpIds()) {
      await this.jobs.enqueue(reconcileJob, { corpId }, { key: 'reconcile', priority: PRIORITY });
    }
  }

  private async reconcile(corpId: CorpId, run: JobRun): Promise<void> {
    const { customers, different } = await this.reconciling.reconcile(corpId, run.signal);
    if (different === 0) return;
    this.differences.inc(different);
    this.logger.warn(`repaired ${different} announced values among ${customers} customers`);
  }
}
