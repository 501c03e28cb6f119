import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { CONSUMER_JOB_PREFIX } from './event-consumers.js';

/** Names of the consumers of one event, by what became of it there. */
export interface EventState {
  readonly pending: string[];
  readonly applied: string[];
  /** Tried as often as allowed; waits for a replay, see `GET /v1/parked-events`. */
  readonly parked: string[];
}

@Injectable()
export class EventStates {
  constructor(private readonly database: Database) {}

  /** Inside an open unit of work of the corp. Events that are unknown, or purged after 30 days, are missing in the map. */
  async statesOf(eventIds: readonly string[]): Promise<Map<string, EventState>> {
    const states = new Map<string, EventState>();
    if (eventIds.length === 0) return states;
    const parked = await this.listParked(eventIds);
    for (const { id, consumers, applied } of await this.listConsumers(eventIds)) {
      const isParked = (consumer: string) => parked.has(`${id} ${consumer}`);
      const open = consumers.filter((consumer) => !applied.includes(consumer));
      states.set(id, {
        applied,
        parked: open.filter(isParked),
        pending: open.filter((consumer) => !isParked(consumer)),
      });
    }
    return states;
  }

  private listConsumers(
    eventIds: readonly string[],
  ): Promise<{ id: string; consumers: string[]; applied: string[] }[]> {
    return this.database.query(
      `SELECT e.id, e.consumers, ARRAY(
                SELECT c.consumer FROM platform.event_consumptions c
                 WHERE c.corp_id = e.corp_id AND c.event_id = e.id ORDER BY c.consumer) AS applied
         FROM platform.events e WHERE e.corp_id = $1 AND e.id = ANY($2::uuid[])`,
      [this.database.corpId, eventIds],
    );
  }

  /**
   * What a consumer refused in its last attempt, and what died with its process in it: such a job is parked as a whole.
   * Those jobs are few; the partial index of `installJobTables` finds them by corp.
   */
  private async listParked(eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ eventId: string; consumer: string }>(
      `SELECT parked.event_id AS "eventId", substr(t.identifier, length($3) + 1) AS consumer
         FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id AND t.identifier LIKE $3 || '%'
        CROSS JOIN LATERAL json_array_elements_text(j.payload -> 'eventIds') AS parked(event_id)
        WHERE NOT j.is_available AND j.locked_at IS NULL AND j.payload ->> 'corpId' = $1::text
          AND parked.event_id = ANY($2::text[])
       UNION ALL
       SELECT event_id::text, consumer FROM platform.parked_events WHERE corp_id = $1::text::uuid AND event_id = ANY($2::text[]::uuid[])`,
      [this.database.corpId, eventIds, CONSUMER_JOB_PREFIX],
    );
    return new Set(rows.map((row) => `${row.eventId} ${row.consumer}`));
  }
}
