import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { type BatchChanged, batchChanged } from '../../coupons.events.js';
import { EndCoupons } from '../use-cases/end-coupons.js';

const EVERY_MS = 600_000;
/** How long a step leaves the database to others, for each millisecond that it took. */
const REST = 4;

const expireJob = defineJob<{ corpId: CorpId }>('coupons.expire', { attemptsMax: 5 });
const voidJob = defineJob<{ corpId: CorpId; batchId: string }>('coupons.void_batch', { attemptsMax: 12 });

/** Writes down, every ten minutes, what has expired, and what became void with its batch. Nothing waits for it. */
@Injectable()
export class CouponSweep implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly ending: EndCoupons,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
    private readonly consumers: EventConsumers,
  ) {}

  onModuleInit(): void {
    this.handlers.register(expireJob, ({ corpId }, { signal }) => this.expire(corpId, signal));
    this.handlers.register(voidJob, ({ corpId, batchId }, { signal }) =>
      this.voidBatch(corpId, batchId, signal),
    );
    this.schedules.register({ name: 'coupons.expire', everyMs: EVERY_MS, run: () => this.enqueueForAll() });
    this.consumers.register<BatchChanged>({
      name: 'coupons.void-batch',
      events: [batchChanged],
      apply: async ({ corpId, payload: { batchId, state } }) => {
        if (state === 'void') await this.jobs.enqueue(voidJob, { corpId, batchId }, { key: batchId });
      },
    });
  }

  /** What it leaves when the process ends, or others hold, the next one does. */
  async expire(corpId: CorpId, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      if ((await this.unit.run(corpId, () => this.ending.expire())) === 0) return;
      await pause((performance.now() - startedAt) * REST);
    }
  }

  /** Begins anew where it was stopped: what is void already is passed over. */
  async voidBatch(corpId: CorpId, batchId: string, signal: AbortSignal): Promise<void> {
    let after: string | null = null;
    do {
      signal.throwIfAborted();
      const step = await this.unit.run(corpId, () => this.ending.voidBatch(batchId, after));
      after = step.last;
    } while (after !== null);
  }

  private async enqueueForAll(): Promise<void> {
    for (const corpId of await this.connections.listCorpIds())
      await this.jobs.enqueue(expireJob, { corpId }, { key: 'expire-coupons' });
  }
}
