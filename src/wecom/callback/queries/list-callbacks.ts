import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { type EventState, EventStates } from '../../../platform/events/event-states.js';

export const callbackStates = ['pending', 'applied', 'parked', 'kept'] as const;

/**
 * pending: some module has not had it yet; applied: all have; parked: one failed as often as allowed and waits for a
 * replay; kept: of a kind that no module knows.
 */
export type CallbackState = (typeof callbackStates)[number];

export interface StoredCallback {
  readonly id: string;
  readonly appId: string;
  readonly event: string;
  readonly changeType: string | null;
  readonly happenedAt: Date;
  readonly receivedAt: Date;
  /** What the modules were told; null when no module knows this kind. */
  readonly eventId: string | null;
  readonly state: CallbackState;
}

export interface CallbackFilter {
  readonly event?: string;
  readonly changeType?: string;
  readonly state?: CallbackState;
  readonly receivedFrom?: Date;
  readonly receivedTo?: Date;
}

export interface CallbackKey {
  /** ISO text; we store whole milliseconds, so it is exact. */
  readonly receivedAt: string;
  readonly id: string;
}

type Row = Omit<StoredCallback, 'state'>;

/** Rows read for one page when a state is asked for, which the database cannot filter by. */
const SCAN_MAX = 2_000;
const COLUMNS = `id, app_id AS "appId", event, change_type AS "changeType", happened_at AS "happenedAt",
  received_at AS "receivedAt", event_id AS "eventId"`;

/** The inbox, newest first, without bodies. Inside an open unit of work of the corp. */
@Injectable()
export class ListCallbacks {
  constructor(
    private readonly database: Database,
    private readonly eventStates: EventStates,
  ) {}

  async find(id: string): Promise<StoredCallback | undefined> {
    const row = await this.database.maybeOne<Row>(
      `SELECT ${COLUMNS} FROM wecom.callbacks WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
    return row && (await this.withStates([row]))[0];
  }

  /**
   * Up to `limit` callbacks after the key. `next` is where the next page starts; a page may be shorter than the limit
   * when a state is asked for and rare.
   */
  async list(
    filter: CallbackFilter,
    after: CallbackKey | undefined,
    limit: number,
  ): Promise<{ items: StoredCallback[]; next: CallbackKey | undefined }> {
    const items: StoredCallback[] = [];
    let key = after;
    for (let scanned = 0; scanned < SCAN_MAX; scanned += limit) {
      const rows = await this.read(filter, key, limit);
      const fitting = (await this.withStates(rows)).filter(
        (row) => !filter.state || row.state === filter.state,
      );
      const taken = fitting.slice(0, limit - items.length);
      items.push(...taken);
      if (rows.length < limit && taken.length === fitting.length) return { items, next: undefined };
      const last = items.length === limit ? items.at(-1) : rows.at(-1);
      key = last && { receivedAt: last.receivedAt.toISOString(), id: last.id };
      if (items.length === limit) break;
    }
    return { items, next: key };
  }

  /** Backwards along callbacks_received; the other filters only skip rows of it. */
  private read(filter: CallbackFilter, after: CallbackKey | undefined, limit: number): Promise<Row[]> {
    return this.database.query<Row>(
      `SELECT ${COLUMNS} FROM wecom.callbacks
        WHERE corp_id = $1
          AND ($2::timestamptz IS NULL OR (received_at, id) < ($2::timestamptz, $3::uuid))
          AND ($4::timestamptz IS NULL OR received_at >= $4)
          AND ($5::timestamptz IS NULL OR received_at < $5)
          AND ($6::text IS NULL OR event = $6)
          AND ($7::text IS NULL OR change_type = $7)
          AND ($8::boolean IS NULL OR (event_id IS NULL) = $8)
        ORDER BY received_at DESC, id DESC LIMIT $9`,
      [
        this.database.corpId,
        after?.receivedAt ?? null,
        after?.id ?? null,
        filter.receivedFrom ?? null,
        filter.receivedTo ?? null,
        filter.event ?? null,
        filter.changeType ?? null,
        filter.state === undefined ? null : filter.state === 'kept',
        limit,
      ],
    );
  }

  private async withStates(rows: readonly Row[]): Promise<StoredCallback[]> {
    const eventIds = rows.flatMap((row) => row.eventId ?? []);
    const states = await this.eventStates.statesOf(eventIds);
    return rows.map((row) => ({
      ...row,
      state: row.eventId === null ? 'kept' : stateOf(states.get(row.eventId)),
    }));
  }
}

/** An event that is gone was purged, which only happens to those that were applied. */
function stateOf(state: EventState | undefined): CallbackState {
  if (!state) return 'applied';
  if (state.parked.length > 0) return 'parked';
  return state.pending.length > 0 ? 'pending' : 'applied';
}
