import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { EventConsumers } from './event-consumers.js';
import { eventsErrors } from './events.errors.js';

/** In one call; the answer says whether more are left. */
export const REPLAYED_MAX = 1_000;
/** So many events of one job: they are applied one after the other. */
const EVENTS_PER_JOB = 50;

export interface ParkedEvent {
  readonly eventId: string;
  readonly consumer: string;
  readonly eventName: string;
  readonly eventAt: Date;
  /** Codes and ids, no personal data. */
  readonly reason: string;
  readonly attempts: number;
  readonly parkedAt: Date;
}

export interface ParkedEventFilter {
  readonly eventId?: string;
  readonly consumer?: string;
  /** When the event was appended. */
  readonly from?: Date;
  /** Not included. */
  readonly to?: Date;
}

export interface ParkedEventKey {
  /** ISO text; we store whole milliseconds, so it is exact. */
  readonly eventAt: string;
  readonly eventId: string;
  readonly consumer: string;
}

const FITTING = `
  ($2::uuid IS NULL OR event_id = $2) AND ($3::text IS NULL OR consumer = $3)
    AND ($4::timestamptz IS NULL OR event_at >= $4) AND ($5::timestamptz IS NULL OR event_at < $5)`;

/** What consumers have failed with as often as they may. Inside an open unit of work of the corp. */
@Injectable()
export class ParkedEvents {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly consumers: EventConsumers,
  ) {}

  /** Newest event first, backwards along parked_events_at_idx. */
  list(filter: ParkedEventFilter, after: ParkedEventKey | undefined, limit: number): Promise<ParkedEvent[]> {
    return this.database.query<ParkedEvent>(
      `SELECT event_id AS "eventId", consumer, event_name AS "eventName", event_at AS "eventAt", reason, attempts,
              parked_at AS "parkedAt"
         FROM platform.parked_events
        WHERE corp_id = $1 AND ${FITTING}
          AND ($6::timestamptz IS NULL OR (event_at, event_id, consumer) < ($6::timestamptz, $7::uuid, $8::text))
        ORDER BY event_at DESC, event_id DESC, consumer DESC LIMIT $9`,
      [
        ...this.paramsOf(filter),
        after?.eventAt ?? null,
        after?.eventId ?? null,
        after?.consumer ?? null,
        limit,
      ],
    );
  }

  /** One event, for every consumer that failed with it. @throws events.not_parked */
  async replayOne(eventId: string): Promise<void> {
    const { replayed } = await this.replay({ eventId });
    if (replayed === 0) throw eventsErrors.not_parked();
  }

  /** Gives the oldest of them all their attempts again, at once; those of consumers that no longer exist stay. */
  async replay(filter: ParkedEventFilter): Promise<{ replayed: number; more: boolean }> {
    const params = [...this.paramsOf(filter), this.consumers.names()];
    const taken = await this.database.query<{ eventId: string; consumer: string }>(
      `WITH chosen AS (
         SELECT event_id, consumer FROM platform.parked_events WHERE corp_id = $1 AND ${FITTING} AND consumer = ANY($6::text[])
          ORDER BY event_at, event_id, consumer LIMIT ${REPLAYED_MAX} FOR UPDATE)
       DELETE FROM platform.parked_events p USING chosen c
        WHERE p.corp_id = $1 AND p.event_id = c.event_id AND p.consumer = c.consumer
       RETURNING p.event_id AS "eventId", p.consumer`,
      params,
    );
    for (const consumer of new Set(taken.map((row) => row.consumer))) {
      await this.enqueue(
        consumer,
        taken.filter((row) => row.consumer === consumer).map(({ eventId }) => eventId),
      );
    }
    const [left] = await this.database.query(
      `SELECT 1 FROM platform.parked_events WHERE corp_id = $1 AND ${FITTING} AND consumer = ANY($6::text[]) LIMIT 1`,
      params,
    );
    return { replayed: taken.length, more: left !== undefined };
  }

  private async enqueue(name: string, eventIds: readonly string[]): Promise<void> {
    const { job } = this.consumers.get(name);
    const { corpId } = this.database;
    for (let start = 0; start < eventIds.length; start += EVENTS_PER_JOB) {
      await this.jobs.enqueue(job, { corpId, eventIds: eventIds.slice(start, start + EVENTS_PER_JOB) });
    }
  }

  private paramsOf({ eventId, consumer, from, to }: ParkedEventFilter): unknown[] {
    return [this.database.corpId, eventId ?? null, consumer ?? null, from ?? null, to ?? null];
  }
}
