import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { describeFailure, JobFailed } from '../jobs/job-failure.js';
import type { EventConsumer, StoredEvent } from './event.js';

/** Events that one transaction applies: larger ones are hardly faster (measured), and hold their locks longer. */
const TOGETHER_MAX = 100;

/** Marks those that this consumer has not had, and reads them; sorted, so that two jobs that overlap do not deadlock. */
const TAKE = `
  WITH taken AS (
    INSERT INTO platform.event_consumptions (corp_id, event_id, consumer, applied_at)
    SELECT $1::uuid, given.id, $3, clock_timestamp()
      FROM (SELECT DISTINCT id FROM unnest($2::uuid[]) AS u(id) ORDER BY id) AS given
     WHERE EXISTS (SELECT FROM platform.events e WHERE e.corp_id = $1 AND e.id = given.id)
    ON CONFLICT DO NOTHING RETURNING event_id
  )
  SELECT e.id, e.corp_id AS "corpId", e.name, e.version, e.at, e.payload
    FROM taken JOIN platform.events e ON e.corp_id = $1 AND e.id = taken.event_id
   ORDER BY e.id`;

/** Works off the events of one job for one consumer. */
@Injectable()
export class EventConsumption {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
  ) {}

  /**
   * One failing event does not stop the others of its job: what cannot be applied together is applied one by one.
   * @throws JobFailed at the end when any failed; the repeated job skips those that were applied.
   */
  async consume(
    consumer: EventConsumer<unknown, unknown>,
    batch: { corpId: CorpId; eventIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    const failures: string[] = [];
    for (let start = 0; start < batch.eventIds.length; start += TOGETHER_MAX) {
      const part = { corpId: batch.corpId, eventIds: batch.eventIds.slice(start, start + TOGETHER_MAX) };
      if (signal.aborted) throw new JobFailed('interrupted by shutdown');
      if (await this.applyTogether(consumer, part)) continue;
      failures.push(...(await this.applyOneByOne(consumer, part, signal)));
    }
    if (failures.length > 0) {
      throw new JobFailed(`${failures.length} of ${batch.eventIds.length} events failed: ${failures[0]}`);
    }
  }

  /** @returns false when nothing was applied: one of them failed, or each must be loaded first. */
  private async applyTogether(
    consumer: EventConsumer<unknown, unknown>,
    batch: { corpId: CorpId; eventIds: readonly string[] },
  ): Promise<boolean> {
    if (consumer.load) return false;
    try {
      await this.unitOfWork.run(batch.corpId, async () => {
        const params = [batch.corpId, batch.eventIds, consumer.name];
        const events = await this.database.query<StoredEvent<unknown>>(TAKE, params);
        for (const event of events) await consumer.apply(event, undefined);
      });
      return true;
    } catch {
      return false; // one by one each failure is told apart
    }
  }

  private async applyOneByOne(
    consumer: EventConsumer<unknown, unknown>,
    batch: { corpId: CorpId; eventIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<string[]> {
    const failures: string[] = [];
    for (const event of await this.listUnconsumed(consumer.name, batch.corpId, batch.eventIds)) {
      if (signal.aborted) throw new JobFailed('interrupted by shutdown');
      try {
        await this.applyOnce(consumer, event);
      } catch (error) {
        failures.push(`${describeFailure(error)} (event ${event.id})`);
      }
    }
    return failures;
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
