/** What one field of an event's data may hold. `amount` is money in 分; `items` are the lines of an order. */
export const FIELD_KINDS = ['text', 'integer', 'amount', 'boolean', 'time'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number] | 'currency' | 'items';

export interface EventField {
  readonly key: string;
  readonly kind: FieldKind;
  readonly required: boolean;
}

/** What events of one type carry. Built-in types have no dot in their key, the corp's own have one: they never meet. */
export interface EventType {
  readonly key: string;
  readonly fields: readonly EventField[];
  /** Events of a type that is switched off are refused; those that are there stay. */
  readonly enabled: boolean;
}

export const OWN_TYPE_KEY = /^[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,30}$/;
export const FIELD_KEY = /^[a-z][a-zA-Z0-9_]{0,39}$/;
export const TYPE_KEY_MAX = 63;
export const FIELDS_MAX = 30;
export const TYPES_MAX = 200;
/** Of each text in an event's data, in characters. */
export const TEXT_MAX = 1_000;
export const ORDER_ITEMS_MAX = 100;

/** Made by the service itself when a personal link is opened; nobody may send it. */
export const LINK_OPENED = 'link_opened';
export const LINKS_SOURCE = 'tracked_links';

const required = (key: string, kind: FieldKind): EventField => ({ key, kind, required: true });
const optional = (key: string, kind: FieldKind): EventField => ({ key, kind, required: false });
const builtIn = (key: string, ...fields: EventField[]): EventType => ({ key, fields, enabled: true });

/** Where and by whom an order was sold, as figures tell sales apart: a refund says it again, for itself. */
const PLACE_OF_SALE = [optional('channel', 'text'), optional('store', 'text'), optional('staffId', 'text')];

/** A payment and each refund is an event of its own; what they share is the order's id. */
export const BUILT_IN_TYPES: readonly EventType[] = [
  builtIn(
    'order_paid',
    required('orderId', 'text'),
    required('amount', 'amount'),
    optional('currency', 'currency'),
    optional('items', 'items'),
    ...PLACE_OF_SALE,
  ),
  builtIn(
    'order_refunded',
    required('orderId', 'text'),
    required('amount', 'amount'),
    optional('currency', 'currency'),
    optional('refundId', 'text'),
    optional('reason', 'text'),
    ...PLACE_OF_SALE,
  ),
  builtIn('page_viewed', required('page', 'text'), optional('title', 'text'), optional('seconds', 'integer')),
  builtIn('content_opened', required('contentId', 'text'), optional('title', 'text')),
  builtIn('form_sent', required('formId', 'text'), optional('title', 'text')),
];

export const BUILT_IN_KEYS: ReadonlySet<string> = new Set([
  ...BUILT_IN_TYPES.map(({ key }) => key),
  LINK_OPENED,
]);
export const ORDER_PAID = 'order_paid';
export const ORDER_REFUNDED = 'order_refunded';
