import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Ids } from '../../platform/clock/ids.js';
import { requestContext } from '../../platform/context/request-context.js';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Envelopes } from '../../platform/crypto/envelopes.js';
import { Events, type FactEvent } from '../../platform/events/events.js';
import type { CallbackMessage } from './callback-message.js';
import type { CallbackPlace } from './callback-places.js';
import { isFaultOfContent } from './callback-faults.js';
import { bodyPlace } from './callback.row.js';
import { typedEventsOf } from './typed-event.js';

/** Larger transactions are hardly faster per callback (bench `callback-ingest`), and each waits for the whole of its own. */
const TOGETHER_MAX = 64;
/** While the database works for some callbacks, this process reads the next. More would only be smaller (bench `callback-ingest`). */
const TRANSACTIONS_MAX = 2;

export interface ReceivedCallback {
  readonly message: CallbackMessage;
  readonly text: string;
  readonly receivedAt: Date;
}

/** The database has not said within the patience of the caller that it has the callback. It may have it all the same. */
export class InboxTooSlow extends Error {
  override readonly name = 'InboxTooSlow';
}

interface Waiting {
  readonly row: CallbackRowValues;
  readonly events: readonly FactEvent[];
  resolve(isFirst: boolean): void;
  reject(error: Error): void;
}

/** The callbacks of one corp that no transaction has taken yet, and how many transactions take them. */
interface Lane {
  readonly waiting: Waiting[];
  transactions: number;
}

interface CallbackRowValues {
  readonly id: string;
  readonly app_id: string;
  readonly event: string;
  readonly change_type: string | undefined;
  readonly happened_at: Date;
  readonly received_at: Date;
  readonly dedupe_key: string;
  readonly body_sealed: string;
  readonly event_id: string | undefined;
}

/** Sorted, so that two processes that store the same repeated callbacks at once do not lock each other out. */
const INSERT = {
  name: 'store-callbacks',
  text: `
  INSERT INTO wecom.callbacks
    (corp_id, id, app_id, event, change_type, happened_at, received_at, dedupe_key, body_sealed, event_id)
  SELECT $1, c.id, c.app_id, c.event, c.change_type, c.happened_at, c.received_at, c.dedupe_key, c.body_sealed, c.event_id
    FROM json_to_recordset($2::json) AS c(id uuid, app_id uuid, event text, change_type text, happened_at timestamptz,
      received_at timestamptz, dedupe_key text, body_sealed text, event_id uuid)
   ORDER BY c.app_id, c.dedupe_key
  ON CONFLICT DO NOTHING RETURNING id`,
};

/**
 * Stores each callback once, and with it the events that say so to the modules. Callbacks of a corp that come while one
 * transaction runs share the next one: alone a callback waits for nobody, and in a burst the commits do not queue up.
 */
@Injectable()
export class CallbackInbox {
  private readonly lanes = new Map<CorpId, Lane>();

  constructor(
    private readonly envelopes: Envelopes,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /**
   * @returns false when the same body came before: it has no second effect.
   * @throws InboxTooSlow after `patienceMs`, and what the database says; then it is stored nowhere, or in time to come.
   */
  put(place: CallbackPlace, callback: ReceivedCallback, patienceMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const { waiting } = this.laneOf(place.corpId);
      const impatience = setTimeout(() => {
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1); // whoever waited puts it elsewhere
        reject(new InboxTooSlow());
      }, patienceMs);
      const settle = (say: () => void): void => {
        clearTimeout(impatience);
        say();
      };
      const entry: Waiting = {
        ...this.valuesOf(place, callback),
        resolve: (isFirst) => settle(() => resolve(isFirst)),
        reject: (error) => settle(() => reject(error)),
      };
      waiting.push(entry);
    });
  }

  private laneOf(corpId: CorpId): Lane {
    const lane = this.lanes.get(corpId) ?? { waiting: [], transactions: 0 };
    this.lanes.set(corpId, lane);
    if (lane.transactions < TRANSACTIONS_MAX) void this.storeAll(corpId, lane);
    return lane;
  }

  private async storeAll(corpId: CorpId, lane: Lane): Promise<void> {
    lane.transactions++;
    await nextTurn(); // those that arrived in the same turn of the event loop come along
    while (lane.waiting.length > 0) await this.storeTogether(corpId, lane.waiting.splice(0, TOGETHER_MAX));
    if (--lane.transactions === 0) this.lanes.delete(corpId);
  }

  /** Never rejects. What the database refuses because of one content is stored one by one. */
  private async storeTogether(corpId: CorpId, entries: readonly Waiting[]): Promise<void> {
    try {
      const first = await this.transact(corpId, entries);
      for (const entry of entries) entry.resolve(first.has(entry.row.id));
    } catch (error) {
      if (entries.length > 1 && isFaultOfContent(error)) {
        for (const entry of entries) await this.storeTogether(corpId, [entry]);
      } else {
        for (const entry of entries) entry.reject(error as Error); // reason: neither pg nor we throw anything else
      }
    }
  }

  /** @returns the ids of those that came for the first time. */
  private transact(corpId: CorpId, entries: readonly Waiting[]): Promise<ReadonlySet<string>> {
    const actor = { kind: 'system', id: 'callback', label: 'callback' } as const;
    return requestContext.run({ requestId: this.ids.next(), actor }, () =>
      this.events.storeFacts(corpId, {
        insert: INSERT,
        rows: entries.map(({ row }) => row),
        events: entries.flatMap(({ events }) => events),
      }),
    );
  }

  private valuesOf(place: CallbackPlace, callback: ReceivedCallback): Pick<Waiting, 'row' | 'events'> {
    const { message, receivedAt } = callback;
    const happenedAt = message.happenedAt ?? receivedAt;
    const times = { happenedAt: happenedAt.toISOString(), receivedAt: receivedAt.toISOString() };
    const id = this.ids.next();
    const events = typedEventsOf(message, times).map((event) => ({
      ...event,
      id: this.ids.next(),
      factId: id,
    }));
    const row = {
      id,
      app_id: place.appId,
      event: message.event,
      change_type: message.changeType,
      happened_at: happenedAt,
      received_at: receivedAt,
      dedupe_key: message.dedupeKey,
      body_sealed: this.envelopes.seal(callback.text, bodyPlace(place.corpId, id)),
      event_id: events[0]?.id,
    };
    return { row, events };
  }
}
