import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Ids } from '../clock/ids.js';
import { requestContext } from '../context/request-context.js';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import type { PreparedStatement } from '../database/scoped-query.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { EventDefinition } from './event.js';
import { type ConsumerJobPayload, EventConsumers } from './event-consumers.js';

/** So many ids of events fit into one job's payload (19.5 of 32 kB). In the fast lane no event waits for another. */
const EVENTS_PER_JOB_MAX = 500;

interface AppendedEvent {
  id: string;
  name: string;
  version: number;
  at: Date;
  payload: unknown;
  consumers: string[];
}

/** One job of one consumer. */
interface WakeUp {
  identifier: string;
  eventIds: string[];
  delay: number;
  attempts: number;
  priority: number;
}

const STORE = `
  INSERT INTO platform.events (corp_id, id, name, version, at, payload, consumers, actor, request_id)
  SELECT $1, e.id, e.name, e.version, e.at, e.payload, e.consumers, $3, $4
    FROM jsonb_to_recordset($2::jsonb)
      AS e(id uuid, name text, version int, at timestamptz, payload jsonb, consumers text[])`;

/** `run_at` is the clock's time, not the transaction's start, because jobs are taken in its order. */
const STORE_AND_WAKE = {
  name: 'store-and-wake',
  text: `
  WITH stored AS (${STORE})
  SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
    SELECT (w.identifier, w.payload, NULL, clock_timestamp() + w.delay * interval '1 millisecond',
            w.attempts, NULL, w.priority, NULL)::graphile_worker.job_spec
      FROM json_to_recordset($5::json)
        AS w(identifier text, payload json, delay int, attempts smallint, priority smallint)))`,
};

/** Facts that one statement stores, each of them perhaps for the second time, and what they say when it is the first. */
export interface Facts {
  /** Inserts them from the corp in $1 and the JSON in $2, and returns the `id` of each that is new. Its name is unique in the application. */
  readonly insert: PreparedStatement;
  readonly rows: readonly unknown[];
  readonly events: readonly FactEvent[];
}

export interface FactEvent {
  readonly id: string;
  readonly factId: string;
  readonly definition: EventDefinition<unknown>;
  readonly payload: unknown;
}

/** Events and wake-ups of facts that were stored before do not happen. */
function storeFacts({ name, text }: PreparedStatement): PreparedStatement {
  return {
    name,
    text: `
  WITH fact AS (${text}),
  event AS (
    SELECT e.* FROM jsonb_to_recordset($3::jsonb)
      AS e("factId" uuid, id uuid, name text, version int, at timestamptz, payload jsonb, consumers text[])
      JOIN fact ON fact.id = e."factId"),
  stored AS (
    INSERT INTO platform.events (corp_id, id, name, version, at, payload, consumers, actor, request_id)
    SELECT $1, e.id, e.name, e.version, e.at, e.payload, e.consumers, $4, $5 FROM event AS e),
  woken AS (
    SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
      SELECT (w.identifier, json_build_object('corpId', $1::uuid, 'eventIds', new.ids), NULL,
              clock_timestamp() + w.delay * interval '1 millisecond', w.attempts, NULL, w.priority, NULL
             )::graphile_worker.job_spec
        FROM json_to_recordset($6::json)
          AS w(identifier text, "eventIds" uuid[], delay int, attempts smallint, priority smallint),
             LATERAL (SELECT json_agg(event.id ORDER BY event.id) AS ids FROM event
                       WHERE event.id = ANY (w."eventIds")) AS new
       WHERE new.ids IS NOT NULL)))
  SELECT fact.id, (SELECT count FROM woken) AS woken FROM fact`,
  };
}

/** Appends facts to the log in the transaction that makes them true, and wakes the consumers when it commits. */
@Injectable()
export class Events {
  /** By the manager of the transaction, which lives exactly as long as it. */
  private readonly appended = new WeakMap<object, AppendedEvent[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly consumers: EventConsumers,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * The row is written when the unit of work commits, all of one unit in one statement. A first sync or an import
   * appends one event a page, not one a row.
   * @param id given by a caller that stored it beside the fact before.
   * @returns the event's id.
   * @throws when no unit of work of a corp is open.
   */
  async append<P>(definition: EventDefinition<P>, payload: P, id = this.ids.next()): Promise<string> {
    this.unitOfWork.corpId(); // throws without one
    this.ofThisUnit().push(this.appendedOf(definition, payload, id));
    return id;
  }

  private appendedOf(
    { name, version }: EventDefinition<unknown>,
    payload: unknown,
    id: string,
  ): AppendedEvent {
    const consumers = this.consumers.of({ name, version }).map(({ consumer }) => consumer.name);
    return { id, name, version, at: this.clock.now(), payload, consumers };
  }

  /**
   * Stores facts with their events and the wake-ups in a transaction of its own, all of it in one statement.
   * @returns the ids of the facts that are new.
   */
  async storeFacts(corpId: CorpId, { insert, rows, events }: Facts): Promise<ReadonlySet<string>> {
    const appended = events.map(({ id, factId, definition, payload }) => ({
      ...this.appendedOf(definition, payload, id),
      factId,
    }));
    const { actor, requestId } = origin();
    const wakeUps = this.wakeUpsFor(appended);
    const params = [
      corpId,
      JSON.stringify(rows),
      JSON.stringify(appended),
      actor,
      requestId,
      JSON.stringify(wakeUps),
    ];
    const stored = await this.unitOfWork.write<{ id: string }>(corpId, storeFacts(insert), params);
    return new Set(stored.map(({ id }) => id));
  }

  private ofThisUnit(): AppendedEvent[] {
    const transaction = this.database.manager;
    const known = this.appended.get(transaction);
    if (known) return known;
    const events: AppendedEvent[] = [];
    this.appended.set(transaction, events);
    this.unitOfWork.beforeCommit(async () => {
      this.appended.delete(transaction); // what a later hook appends starts a list, and a hook, of its own
      await this.store(events);
    });
    return events;
  }

  /** Events and wake-ups go in one round trip: a callback is answered only after both. */
  private async store(events: readonly AppendedEvent[]): Promise<void> {
    const { corpId } = this.database;
    const { actor, requestId } = origin();
    const stored = [corpId, JSON.stringify(events), actor, requestId];
    const wakeUps = this.wakeUpsFor(events).map(({ eventIds, ...job }) => ({
      ...job,
      payload: { corpId, eventIds } satisfies ConsumerJobPayload,
    }));
    if (wakeUps.length === 0) await this.database.query({ name: 'store-events', text: STORE }, stored);
    else await this.database.query(STORE_AND_WAKE, [...stored, JSON.stringify(wakeUps)]);
  }

  private wakeUpsFor(events: readonly AppendedEvent[]): WakeUp[] {
    const names = [...new Set(events.flatMap((event) => event.consumers))];
    return names.flatMap((name) => {
      const { consumer, job } = this.consumers.get(name);
      const ids = events.filter((event) => event.consumers.includes(name)).map((event) => event.id);
      return chunks(ids, job.lane === 'fast' ? 1 : EVENTS_PER_JOB_MAX).map((eventIds) => ({
        identifier: job.name,
        eventIds,
        delay: consumer.delayMs ?? 0,
        attempts: job.attemptsMax,
        priority: consumer.priority ?? job.priority,
      }));
    });
  }
}

function origin(): { actor: string; requestId: string | null } {
  const context = requestContext.current();
  const actor = context ? `${context.actor.kind}:${context.actor.id}` : 'system:unknown';
  return { actor, requestId: context?.requestId ?? null };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}
