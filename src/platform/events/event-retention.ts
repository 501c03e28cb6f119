import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { defineJob, type JobRun } from '../jobs/job.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { Jobs } from '../jobs/jobs.js';
import { Schedules } from '../jobs/schedules.js';
import { EventConsumers } from './event-consumers.js';

const HOUR_MS = 3_600_000;
const RETENTION_MS = 30 * 24 * HOUR_MS;
/** Small transactions: a purge must not hold up the writers. */
const BATCH = 1_000;

const purgeJob = defineJob<{ corpId: CorpId }>('platform.purge_events', { attemptsMax: 5 });

/**
 * Deletes events 30 days after they happened, once every consumer that was woken for them has had them. An event that a
 * consumer has not had stays, however old; consumers that no longer exist are not waited for.
 */
@Injectable()
export class EventRetention implements OnModuleInit {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly consumers: EventConsumers,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register(purgeJob, ({ corpId }, run) => this.purge(corpId, run));
    this.schedules.register({
      name: 'platform.purge_events',
      everyMs: HOUR_MS,
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    const corps = await this.database.query<{ id: CorpId }>('SELECT id FROM platform.corps');
    for (const { id } of corps) await this.jobs.enqueue(purgeJob, { corpId: id }, { key: 'purge' });
  }

  private async purge(corpId: CorpId, run: JobRun): Promise<void> {
    const before = new Date(this.clock.now().getTime() - RETENTION_MS);
    for (;;) {
      const purged = await this.unitOfWork.run(corpId, () => this.purgeBatch(corpId, before));
      if (purged < BATCH || run.signal.aborted) return; // the next hour goes on
    }
  }

  /** Oldest first along events_at_idx; the marks of the consumers go with their event. */
  private async purgeBatch(corpId: CorpId, before: Date): Promise<number> {
    const { purged } = await this.database.one<{ purged: number }>(
      `WITH old AS (
         SELECT e.id FROM platform.events e
          WHERE e.corp_id = $1 AND e.at < $2 AND NOT EXISTS (
            SELECT FROM unnest(e.consumers) AS woken(consumer)
             WHERE woken.consumer = ANY($3::text[]) AND NOT EXISTS (
               SELECT FROM platform.event_consumptions c
                WHERE c.corp_id = $1 AND c.event_id = e.id AND c.consumer = woken.consumer))
          ORDER BY e.at LIMIT $4
       ), events AS (
         DELETE FROM platform.events e USING old WHERE e.corp_id = $1 AND e.id = old.id RETURNING e.id
       ), parked AS (
         DELETE FROM platform.parked_events p USING old WHERE p.corp_id = $1 AND p.event_id = old.id
       ), marks AS (
         DELETE FROM platform.event_consumptions c USING old WHERE c.corp_id = $1 AND c.event_id = old.id
       )
       SELECT count(*) AS purged FROM events`,
      [corpId, before, this.consumers.names(), BATCH],
    );
    return purged;
  }
}
