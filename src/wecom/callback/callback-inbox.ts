import { Injectable } from '@nestjs/common';
import { Ids } from '../../platform/clock/ids.js';
import { Envelopes } from '../../platform/crypto/envelopes.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { EventDefinition } from '../../platform/events/event.js';
import { Events } from '../../platform/events/events.js';
import type { CallbackMessage } from './callback-message.js';
import type { CallbackPlace } from './callback-places.js';
import { bodyPlace } from './callback.row.js';
import { typedEventsOf } from './typed-event.js';

export interface ReceivedCallback {
  readonly message: CallbackMessage;
  readonly text: string;
  readonly receivedAt: Date;
}

/** Stores each callback once, and with it the event that says so to the modules. */
@Injectable()
export class CallbackInbox {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly envelopes: Envelopes,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /** @returns false when the same body came before: it has no second effect. */
  put(place: CallbackPlace, callback: ReceivedCallback): Promise<boolean> {
    return this.unitOfWork.run(place.corpId, async () => {
      const id = this.ids.next();
      if (!(await this.insert(place, id, callback))) return false;
      const eventId = await this.appendEvents(callback);
      if (eventId) {
        await this.database.execute(
          'UPDATE wecom.callbacks SET event_id = $3 WHERE corp_id = $1 AND id = $2',
          [place.corpId, id, eventId],
        );
      }
      return true;
    });
  }

  /** @returns the id of the event that stands for the callback. */
  private async appendEvents({ message, receivedAt }: ReceivedCallback): Promise<string | undefined> {
    const times = {
      happenedAt: (message.happenedAt ?? receivedAt).toISOString(),
      receivedAt: receivedAt.toISOString(),
    };
    const ids: string[] = [];
    for (const { definition, payload } of typedEventsOf(message, times)) {
      // reason for the cast: definition and payload belong together in every member of the union
      ids.push(await this.events.append(definition as EventDefinition<unknown>, payload));
    }
    return ids[0];
  }

  private async insert(place: CallbackPlace, id: string, callback: ReceivedCallback): Promise<boolean> {
    const { message, receivedAt } = callback;
    const inserted = await this.database.execute(
      `INSERT INTO wecom.callbacks
         (corp_id, id, app_id, event, change_type, happened_at, received_at, dedupe_key, body_sealed)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        place.corpId,
        id,
        place.appId,
        message.event,
        message.changeType ?? null,
        message.happenedAt ?? receivedAt,
        receivedAt,
        message.dedupeKey,
        this.envelopes.seal(callback.text, bodyPlace(place.corpId, id)),
      ],
    );
    return inserted === 1;
  }
}
