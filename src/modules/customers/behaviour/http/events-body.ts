import type { InvalidField } from '../../../../platform/http/problem.js';
import { ValidationError } from '../../../../platform/http/validation-error.js';
import { isObject } from '../domain/event-data.js';
import { EVENTS_MAX } from './customer-events.views.js';

export interface EventsBody {
  readonly events: readonly unknown[];
  readonly createCustomers: boolean;
}

/** The body of a call around its items. Rules of classes would refuse the whole call for one wrong item. @throws ValidationError */
export function readEventsBody(body: unknown): EventsBody {
  if (!isObject(body)) throw invalid('', body === undefined ? 'required' : 'object');
  const { events, createCustomers = false, ...others } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`/${unknown}`.slice(0, 200), 'unknown');
  if (typeof createCustomers !== 'boolean') throw invalid('/createCustomers', 'boolean');
  if (!Array.isArray(events)) throw invalid('/events', events === undefined ? 'required' : 'list');
  if (events.length === 0) throw invalid('/events', 'too_few', 1);
  if (events.length > EVENTS_MAX) throw invalid('/events', 'too_many', EVENTS_MAX);
  return { events, createCustomers };
}

/** Whether an item says what leads to its customer, and not who he is. */
export function namesIdentifier(item: unknown): boolean {
  return isObject(item) && item['identifier'] !== undefined;
}

function invalid(pointer: string, code: InvalidField['code'], limit?: number): ValidationError {
  return new ValidationError([{ in: 'body', pointer, code, limit }]);
}
