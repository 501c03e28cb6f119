import { parsePublicId } from '../../../../platform/context/typed-id.js';
import type { AppError, ErrorDefinition } from '../../../../platform/errors/app-error.js';
import {
  type GivenIdentifier,
  IDENTIFIER_KINDS,
  type IdentifierKind,
  parseIdentifier,
} from '../../identity/domain/identifier.js';
import { identityErrors } from '../../identity/identity.errors.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { isObject, isText, readData, readTime } from './event-data.js';
import { type EventType, LINKS_SOURCE, ORDER_PAID, ORDER_REFUNDED, TYPE_KEY_MAX } from './event-type.js';

export const CUSTOMER_ID_PREFIX = 'cus';
export const SOURCE = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
export const EXTERNAL_ID_MAX = 128;

/** What makes an event that is sent twice one event. */
export interface EventKey {
  readonly source: string;
  readonly externalId: string;
}

/** Who did it, as the caller knows them. */
export type NamedCustomer = { readonly customerId: string } | { readonly identifier: GivenIdentifier };

/** A well-formed event, whose customer is not looked for yet. */
export interface EventDraft {
  readonly type: string;
  readonly at: Date;
  readonly customer: NamedCustomer;
  readonly data: Record<string, unknown>;
}

/** Why an item is refused. */
export interface ItemProblem {
  readonly code: string;
  /** A pointer into the item. */
  readonly field?: string;
}

/** What was sent as one item of a call; one without a key cannot be a repetition. */
export type CheckedItem =
  | { readonly key: EventKey; readonly draft: EventDraft | ItemProblem }
  | { readonly key: undefined; readonly draft: ItemProblem };

/** What the moment and the corp allow. */
export interface EventRules {
  readonly types: ReadonlyMap<string, EventType>;
  readonly from: Date;
  readonly to: Date;
}

const KEYS = new Set(['source', 'externalId', 'type', 'at', 'customerId', 'identifier', 'data']);

export function isProblem(draft: EventDraft | ItemProblem): draft is ItemProblem {
  return 'code' in draft;
}

export function problemOf(error: ErrorDefinition | AppError, field?: string): ItemProblem {
  return { code: error.code, ...(field !== undefined && { field }) };
}

/** Reads one item by hand and not by the rules of a class: one that is wrong must not stop the others of its call. */
export function checkItem(raw: unknown, rules: EventRules): CheckedItem {
  if (!isObject(raw)) return { key: undefined, draft: invalid('') };
  const key = keyOf(raw);
  if (!key) return { key: undefined, draft: invalid(isSource(raw['source']) ? '/externalId' : '/source') };
  return { key, draft: draftOf(raw, rules) };
}

function keyOf({ source, externalId }: Record<string, unknown>): EventKey | undefined {
  return isSource(source) && isText(externalId, EXTERNAL_ID_MAX) ? { source, externalId } : undefined;
}

function isSource(source: unknown): source is string {
  return typeof source === 'string' && SOURCE.test(source) && source !== LINKS_SOURCE;
}

function draftOf(raw: Record<string, unknown>, rules: EventRules): EventDraft | ItemProblem {
  if (Object.keys(raw).some((name) => !KEYS.has(name))) return invalid('');
  if (!isText(raw['type'], TYPE_KEY_MAX)) return invalid('/type');
  const type = rules.types.get(raw['type']);
  if (!type?.enabled) return problemOf(behaviourErrors.event_type_unknown, '/type');
  const at = readTime(raw['at']);
  if (!at) return invalid('/at');
  if (at < rules.from || at > rules.to) return problemOf(behaviourErrors.event_time_refused, '/at');
  const customer = customerOf(raw);
  if ('code' in customer) return customer;
  const read = readData(raw['data'], type.fields);
  return 'problem' in read ? invalid(read.problem.field) : { type: type.key, at, customer, data: read.data };
}

function customerOf({ customerId, identifier }: Record<string, unknown>): NamedCustomer | ItemProblem {
  if ((customerId === undefined) === (identifier === undefined)) return invalid('/customerId');
  if (customerId !== undefined) {
    const id = typeof customerId === 'string' ? parsePublicId(CUSTOMER_ID_PREFIX, customerId) : undefined;
    // a text that is no id is answered like an id that nobody has
    return id ? { customerId: id } : problemOf(behaviourErrors.event_customer_unknown, '/customerId');
  }
  const given = identifierOf(identifier);
  if (!given) return invalid('/identifier');
  return parseIdentifier(given)
    ? { identifier: given }
    : problemOf(identityErrors.identifier_invalid, '/identifier');
}

function identifierOf(raw: unknown): GivenIdentifier | undefined {
  if (!isObject(raw)) return undefined;
  const { kind, namespace, value, ...others } = raw;
  const known = IDENTIFIER_KINDS.find((one): one is IdentifierKind => one === kind);
  if (!known || Object.keys(others).length > 0 || !isText(value, EXTERNAL_ID_MAX)) return undefined;
  if (namespace !== undefined && !isText(namespace, EXTERNAL_ID_MAX)) return undefined;
  return { kind: known, value, ...(namespace !== undefined && { namespace }) };
}

function invalid(field: string): ItemProblem {
  return problemOf(behaviourErrors.event_invalid, field);
}

/** What of an order stands in columns, for sums. */
export function orderOf({ type, data }: Pick<EventDraft, 'type' | 'data'>): {
  orderId?: string;
  amount?: number;
} {
  if (type !== ORDER_PAID && type !== ORDER_REFUNDED) return {};
  return { orderId: String(data['orderId']), amount: Number(data['amount']) };
}
