import { toPublicId } from '../context/typed-id.js';
import { BooleanField, IntegerField, PublicIdField, TextField, TimeField } from '../http/fields.js';
import { PageQuery } from '../http/page.js';
import { type ParkedEvent, type ParkedEventFilter, REPLAYED_MAX } from './parked-events.js';

export const EVENT_ID_PREFIX = 'evt';
const NAME_MAX = 200;
const ATTEMPTS_MAX = 25;
const CONSUMER = 'customers.refresh_customer';

export class ParkedEventsQuery extends PageQuery implements ParkedEventFilter {
  @PublicIdField(EVENT_ID_PREFIX, { optional: true })
  eventId?: string;

  @TextField({ max: NAME_MAX, optional: true, example: CONSUMER })
  consumer?: string;

  @TimeField({ optional: true, description: 'when the event was stored' })
  from?: Date;

  @TimeField({ optional: true, description: 'not included' })
  to?: Date;
}

/** What is left out does not limit. */
export class ReplayParkedEventsBody implements ParkedEventFilter {
  @TextField({ max: NAME_MAX, optional: true, example: CONSUMER })
  consumer?: string;

  @TimeField({ description: 'when the event was stored' })
  from: Date;

  @TimeField({ description: 'not included' })
  to: Date;
}

export class ReplayedEventsView {
  @IntegerField({ min: 0, max: REPLAYED_MAX, example: 12 })
  replayed: number;

  @BooleanField({ description: 'more of this range are parked: repeat the call with a new Idempotency-Key' })
  more: boolean;
}

export class ParkedEventView {
  @PublicIdField(EVENT_ID_PREFIX)
  eventId: string;

  @TextField({ max: NAME_MAX, example: CONSUMER })
  consumer: string;

  @TextField({ max: NAME_MAX, example: 'wecom.contact_changed' })
  eventName: string;

  @TextField({ max: 300, example: 'wecom.call_refused', description: 'codes and ids, no personal data' })
  reason: string;

  @IntegerField({ min: 1, max: ATTEMPTS_MAX, example: 12 })
  attempts: number;

  @TimeField({ description: 'when the event was stored' })
  eventAt: string;

  @TimeField({ description: 'when the last attempt failed' })
  parkedAt: string;

  static of(this: void, parked: ParkedEvent): ParkedEventView {
    return {
      ...parked,
      eventId: toPublicId(EVENT_ID_PREFIX, parked.eventId),
      eventAt: parked.eventAt.toISOString(),
      parkedAt: parked.parkedAt.toISOString(),
    };
  }
}
