import { Injectable, Logger } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { describeFailure, JobFailed } from '../jobs/job-failure.js';
import type { JobRun } from '../jobs/job.js';
import type { Effect, EventConsumer, StoredEvent } from './event.js';

/** Events that one transaction applies: larger ones are hardly faster (measured), and hold their locks longer. */
const TOGETHER_MAX = 100;

/** Marks those that this consumer has not had, and reads them; sorted, so that two jobs that overlap do not deadlock. */
const TAKE = {
  name: 'take-events',
  text: `
    WITH given AS MATERIALIZED (
      SELECT e.id, e.corp_id, e.name, e.version, e.at, e.payload
        FROM platform.events e WHERE e.corp_id = $1 AND e.id = ANY($2::uuid[]) ORDER BY e.id
    ), taken AS (
      INSERT INTO platform.event_consumptions (corp_id, event_id, consumer, applied_at)
      SELECT $1, given.id, $3, clock_timestamp() FROM given ON CONFLICT DO NOTHING RETURNING event_id
    )
    SELECT given.id, given.corp_id AS "corpId", given.name, given.version, given.at, given.payload
      FROM given JOIN taken ON taken.event_id = given.id ORDER BY given.id`,
};

const UNCONSUMED = {
  name: 'events-unconsumed',
  text: `SELECT e.id, e.corp_id AS "corpId", e.name, e.version, e.at, e.payload
           FROM platform.events e
          WHERE e.corp_id = $1 AND e.id = ANY($2::uuid[]) AND NOT EXISTS (
            SELECT FROM platform.event_consumptions c
             WHERE c.corp_id = e.corp_id AND c.event_id = e.id AND c.consumer = $3)
          ORDER BY e.id`,
};

const MARK = `INSERT INTO platform.event_consumptions (corp_id, event_id, consumer, applied_at)
  VALUES ($1, $2, $3, clock_timestamp()) ON CONFLICT DO NOTHING`;
const NO_EFFECT: Effect = { name: 'nothing', text: 'SELECT', params: [] };

const PARK = `
  INSERT INTO platform.parked_events (corp_id, event_id, consumer, event_name, event_at, reason, attempts, parked_at)
  SELECT $1, f.id, $2, f.name, f.at, f.reason, $3, clock_timestamp()
    FROM json_to_recordset($4::json) AS f(id uuid, name text, at timestamptz, reason text)
  ON CONFLICT (corp_id, event_id, consumer) DO UPDATE
    SET reason = excluded.reason, attempts = excluded.attempts, parked_at = excluded.parked_at`;

interface Failure {
  readonly event: StoredEvent<unknown>;
  readonly reason: string;
}

/** Works off the events of one job for one consumer. */
@Injectable()
export class EventConsumption {
  private readonly logger = new Logger('Events');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
  ) {}

  /**
   * One failing event does not stop the others of its job: what cannot be applied together is applied one by one.
   * What fails in the last attempt is parked, each event with its own reason.
   * @throws JobFailed at the end when any failed and may be tried again; the repeated job skips those that were applied.
   */
  async consume(
    consumer: EventConsumer<unknown, unknown>,
    batch: { corpId: CorpId; eventIds: readonly string[] },
    run: JobRun,
  ): Promise<void> {
    const failures: Failure[] = [];
    for (let start = 0; start < batch.eventIds.length; start += TOGETHER_MAX) {
      const part = { corpId: batch.corpId, eventIds: batch.eventIds.slice(start, start + TOGETHER_MAX) };
      if (run.signal.aborted) throw new JobFailed('interrupted by shutdown');
      if (await this.applyTogether(consumer, part)) continue;
      failures.push(...(await this.applyOneByOne(consumer, part, run.signal)));
    }
    const [first] = failures;
    if (!first) return;
    const summary = `${failures.length} of ${batch.eventIds.length} events failed: ${first.reason} (event ${first.event.id})`;
    if (run.attempt < run.attemptsMax) throw new JobFailed(summary);
    await this.park(consumer.name, batch.corpId, failures, run.attempt);
    this.logger.error(`parked for ${consumer.name}: ${summary}`);
  }

  /** @returns false when nothing was applied: one of them failed, or each must be loaded first. */
  private async applyTogether(
    consumer: EventConsumer<unknown, unknown>,
    batch: { corpId: CorpId; eventIds: readonly string[] },
  ): Promise<boolean> {
    if (consumer.load || 'effect' in consumer) return false;
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
  ): Promise<Failure[]> {
    const failures: Failure[] = [];
    for (const event of await this.listUnconsumed(consumer.name, batch.corpId, batch.eventIds)) {
      if (signal.aborted) throw new JobFailed('interrupted by shutdown');
      try {
        await this.applyOnce(consumer, event);
      } catch (error) {
        failures.push({ event, reason: describeFailure(error) });
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
    const mark = [event.corpId, event.id, consumer.name];
    if ('effect' in consumer) {
      const { name, text, params, afterCommit } = consumer.effect(event, loaded) ?? NO_EFFECT;
      const marked = { name: `consumed-${name}`, text: `WITH mark AS (${MARK}) ${text}` };
      await this.unitOfWork.write(event.corpId, marked, [...mark, ...params]);
      afterCommit?.();
      return;
    }
    await this.unitOfWork.run(event.corpId, async () => {
      const first = await this.database.execute(MARK, mark);
      if (first === 1) await consumer.apply(event, loaded);
    });
  }

  private async park(
    consumer: string,
    corpId: CorpId,
    failures: readonly Failure[],
    attempts: number,
  ): Promise<void> {
    const rows = failures.map(({ event: { id, name, at }, reason }) => ({ id, name, at, reason }));
    await this.unitOfWork.run(corpId, () =>
      this.database.execute(PARK, [corpId, consumer, attempts, JSON.stringify(rows)]),
    );
  }

  private listUnconsumed(
    consumer: string,
    corpId: CorpId,
    eventIds: readonly string[],
  ): Promise<StoredEvent<unknown>[]> {
    return this.unitOfWork.read(corpId, () =>
      this.database.query<StoredEvent<unknown>>(UNCONSUMED, [corpId, eventIds, consumer]),
    );
  }
}
