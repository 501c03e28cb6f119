import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { describeFailure, JobFailed } from '../jobs/job-failure.js';
import type { EventConsumer, StoredEvent } from './event.js';

/** Works off the events of one job for one consumer. */
@Injectable()
export class EventConsumption {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
  ) {}

  /**
   * One failing event does not stop the others of its job.
   * @throws JobFailed at the end when any failed; the repeated job skips those that were applied.
   */
  async consume(
    consumer: EventConsumer<unknown, unknown>,
    batch: { corpId: CorpId; eventIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    const events = await this.listUnconsumed(consumer.name, batch.corpId, batch.eventIds);
    const failures: string[] = [];
    for (const event of events) {
      if (signal.aborted) throw new JobFailed('interrupted by shutdown');
      try {
        await this.applyOnce(consumer, event);
      } catch (error) {
        failures.push(`${describeFailure(error)} (event ${event.id})`);
      }
    }
    if (failures.length > 0) {
      throw new JobFailed(`${failures.length} of ${batch.eventIds.length} events failed: ${failures[0]}`);
    }
  }

  /** The row in `event_consumptions` commits together with the effect: whoever comes second finds it and does nothing. */
  private async applyOnce(
    consumer: EventConsumer<unknown, unknown>,
    event: StoredEvent<unknown>,
  ): Promise<void> {
    const loaded = await consumer.load?.(event);
    await this.unitOfWork.run(event.corpId, async () => {
      const first = await this.database.execute(
        `INSERT INTO platform.event_consumptions (corp_id, event_id, consumer, applied_at)
         VALUES ($1, $2, $3, clock_timestamp()) ON CONFLICT DO NOTHING`,
        [event.corpId, event.id, consumer.name],
      );
      if (first === 1) await consumer.apply(event, loaded);
    });
  }

  private listUnconsumed(
    consumer: string,
    corpId: CorpId,
    eventIds: readonly string[],
  ): Promise<StoredEvent<unknown>[]> {
    return this.unitOfWork.read(corpId, () =>
      this.database.query<StoredEvent<unknown>>(
        `SELECT e.id, e.corp_id AS "corpId", e.name, e.version, e.at, e.payload
           FROM platform.events e
          WHERE e.corp_id = $1 AND e.id = ANY($2::uuid[]) AND NOT EXISTS (
            SELECT FROM platform.event_consumptions c
             WHERE c.corp_id = e.corp_id AND c.event_id = e.id AND c.consumer = $3)
          ORDER BY e.id`,
        [corpId, eventIds, consumer],
      ),
    );
  }
}
