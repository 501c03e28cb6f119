import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { IdentifierDto } from '../../identity/http/identifier.dto.js';
import { CUSTOMER_ID_PREFIX, EXTERNAL_ID_MAX, SOURCE } from '../domain/customer-event.js';
import { TYPE_KEY_MAX } from '../domain/event-type.js';
import type { ItemOutcome } from '../domain/item-outcome.js';
import type { BehaviourEvent, EventRevision, OrdersSummary } from '../queries/behaviour-events.js';

export const EVENT_ID_PREFIX = 'cev';
export const EVENTS_MAX = 1_000;
const SOURCE_MAX = 64;
const REVISION_MAX = 2_147_483_647;
const ORDER_EXAMPLE = {
  orderId: 'SO-20261122-0001',
  amount: 12_900,
  currency: 'CNY',
  items: [{ sku: 'TEA-01', name: '龙井 100g', quantity: 1, amount: 12_900 }],
};

/** Only documents an item: each is read by hand, so that a wrong one does not stop the others (`checkItem`). */
export class CustomerEventDto {
  @TextField({ max: SOURCE_MAX, pattern: SOURCE, example: 'shop', description: 'the system that tells it' })
  source: string;

  @TextField({
    max: EXTERNAL_ID_MAX,
    example: 'SO-20261122-0001:paid',
    description: "the event's id in that system: with the source it makes a repeated event one event",
  })
  externalId: string;

  @TextField({
    max: TYPE_KEY_MAX,
    example: 'order_paid',
    description:
      'order_paid, order_refunded, page_viewed, content_opened, form_sent, or a key of POST /v1/customer-event-types',
  })
  type: string;

  @TimeField({ description: 'when it happened; late ones are welcome' })
  at: Date;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true, description: 'either this or an identifier' })
  customerId?: string;

  @ObjectField(() => IdentifierDto, { optional: true })
  identifier?: IdentifierDto;

  @MapField('any', {
    optional: true,
    example: ORDER_EXAMPLE,
    description:
      'order_paid: orderId, amount (分), currency? (CNY), items? [{ name, sku?, quantity?, amount? }], channel?, store? (its code), staffId?; order_refunded: orderId, amount (分), refundId?, reason?, channel?, store?, staffId?; page_viewed: page, title?, seconds?; content_opened: contentId, title?; form_sent: formId, title?',
  })
  data?: Record<string, unknown>;
}

export class CustomerEventsDto {
  @ListField(() => CustomerEventDto, { minItems: 1, maxItems: EVENTS_MAX })
  events: CustomerEventDto[];

  @BooleanField({
    optional: true,
    example: false,
    description: 'an identifier that nobody holds makes a new customer; default false: its item is refused',
  })
  createCustomers?: boolean;
}

export class EventProblemView {
  @TextField({ max: 100, example: 'customers.event_customer_unknown', description: 'as in docs/errors.md' })
  code: string;

  @TextField({ max: 200, optional: true, example: '/customerId', description: 'a pointer into the item' })
  field?: string;
}

export class EventResultView {
  @EnumField(['recorded', 'changed', 'refused'], {
    example: 'recorded',
    description: 'changed: another body came with the key of an event, and is its next revision',
  })
  status: string;

  @BooleanField({
    optional: true,
    description: 'true: this body came before, and is answered as it was then; nothing happened now',
  })
  repeated?: boolean;

  @PublicIdField(EVENT_ID_PREFIX, { optional: true })
  id?: string;

  @IntegerField({ min: 1, max: REVISION_MAX, optional: true, example: 1 })
  revision?: number;

  @PublicIdField(CUSTOMER_ID_PREFIX, {
    optional: true,
    description: 'who it is, of an item with an identifier',
  })
  customerId?: string;

  @ObjectField(() => EventProblemView, { optional: true })
  error?: EventProblemView;

  /** @param isFound the item named no customer, but what leads to one. */
  static of(this: void, outcome: ItemOutcome, isFound: boolean): EventResultView {
    if (outcome.status === 'refused') return { status: 'refused', error: { ...outcome.problem } };
    const { status, repeated, id, revision, customerId } = outcome;
    return {
      status,
      ...(repeated && { repeated }),
      id: toPublicId(EVENT_ID_PREFIX, id),
      revision,
      ...(isFound && { customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId) }),
    };
  }
}

export class EventResultsView {
  @ListField(() => EventResultView, {
    maxItems: EVENTS_MAX,
    description: 'one for each item, in the same order',
  })
  results: EventResultView[];
}

export class CustomerEventsQuery extends PageQuery {
  @TextField({ max: TYPE_KEY_MAX, optional: true, example: 'order_paid' })
  type?: string;
}

class EventContentView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: TYPE_KEY_MAX, example: 'order_paid' })
  type: string;

  @TimeField()
  at: string;

  @MapField('any', { example: ORDER_EXAMPLE })
  data: Record<string, unknown>;

  @IntegerField({ min: 1, max: REVISION_MAX, example: 1 })
  revision: number;

  @TimeField()
  recordedAt: string;
}

export class CustomerEventView extends EventContentView {
  @PublicIdField(EVENT_ID_PREFIX)
  id: string;

  @TextField({ max: SOURCE_MAX, example: 'shop' })
  source: string;

  @TextField({ max: EXTERNAL_ID_MAX, example: 'SO-20261122-0001:paid' })
  externalId: string;

  static of(this: void, event: BehaviourEvent): CustomerEventView {
    const { source, externalId } = event;
    return { id: toPublicId(EVENT_ID_PREFIX, event.id), source, externalId, ...contentOf(event) };
  }
}

export class EventRevisionView extends EventContentView {
  @TimeField()
  replacedAt: string;
}

export class CustomerEventDetailView extends CustomerEventView {
  @ListField(() => EventRevisionView, { maxItems: 100, description: 'what it was before, the newest first' })
  revisions: EventRevisionView[];

  static ofAll(event: BehaviourEvent, revisions: readonly EventRevision[]): CustomerEventDetailView {
    const shown = revisions.map((one) => ({ ...contentOf(one), replacedAt: one.replacedAt.toISOString() }));
    return { ...CustomerEventView.of(event), revisions: shown };
  }
}

function contentOf({
  customerId,
  type,
  at,
  data,
  revision,
  recordedAt,
}: Omit<EventRevision, 'replacedAt'>): EventContentView {
  return {
    customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
    type,
    at: at.toISOString(),
    data,
    revision,
    recordedAt: recordedAt.toISOString(),
  };
}

export class OrdersSummaryView {
  @IntegerField({ min: 0, max: REVISION_MAX, example: 3 })
  paidCount: number;

  @IntegerField({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 38_700, description: '分' })
  paidAmount: number;

  @IntegerField({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 0, description: '分' })
  refundedAmount: number;

  @TimeField({ nullable: true })
  firstPaidAt: string | null;

  @TimeField({ nullable: true })
  lastPaidAt: string | null;

  static of({ firstPaidAt, lastPaidAt, ...sums }: OrdersSummary): OrdersSummaryView {
    return {
      ...sums,
      firstPaidAt: firstPaidAt?.toISOString() ?? null,
      lastPaidAt: lastPaidAt?.toISOString() ?? null,
    };
  }
}
