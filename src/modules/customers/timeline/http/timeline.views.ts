import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  ListField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { ENTRY_TYPE_NAMES, type EntryType, moduleOf, wordsOf } from '../domain/entry-types.js';
import type { ListedEntry, TimelineFilter } from '../queries/read-timeline.js';

export const ENTRY_ID_PREFIX = 'tle';
const TEXT_MAX = 512;

/** What a fact's id names. */
const PREFIX_OF_FACT: Readonly<Record<string, string>> = {
  relationId: 'rel',
  groupChatId: 'gch',
  messageId: 'wmsg',
  eventId: 'cev',
  entryId: 'blk',
};

export class TimelineQuery extends PageQuery implements TimelineFilter {
  @ListField(
    { values: ENTRY_TYPE_NAMES },
    {
      maxItems: ENTRY_TYPE_NAMES.length,
      minItems: 1,
      optional: true,
      example: ['customers.relation_started'],
    },
  )
  types?: EntryType[];

  @TimeField({ optional: true, description: 'happened at or after' })
  from?: Date;

  @TimeField({ optional: true, description: 'happened before' })
  to?: Date;
}

export class EntryWordsView {
  @TextField({ max: TEXT_MAX, example: '与成员 chen.yu 成为好友' })
  zh: string;

  @TextField({ max: TEXT_MAX, example: 'Became a contact of chen.yu' })
  en: string;
}

export class TimelineEntryView {
  @PublicIdField(ENTRY_ID_PREFIX)
  id: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { description: 'of the person, the customer to whom it happened' })
  customerId: string;

  @TextField({ max: 64, example: 'customers.relation_started', description: 'new ones come over time' })
  type: string;

  @TextField({ max: 32, example: 'customers', description: 'the module that told it' })
  module: string;

  @TimeField({ description: 'when it happened' })
  at: string;

  @ObjectField(() => EntryWordsView, { description: 'for a person to read' })
  text: EntryWordsView;

  @MapField('any', {
    description: 'ids and small facts, by type',
    example: { relationId: 'rel_01jd3q4mfaeq6v5c0qd8y3y5za', staffUserId: 'chen.yu', addWay: 1, state: null },
  })
  facts: Record<string, unknown>;

  static of(this: void, { id, customerId, type, at, facts }: ListedEntry): TimelineEntryView {
    return {
      id: toPublicId(ENTRY_ID_PREFIX, id),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      type,
      module: moduleOf(type),
      at: new Date(at).toISOString(),
      text: wordsOf(type, facts),
      facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shownFact(name, value)])),
    };
  }
}

function shownFact(name: string, value: unknown): unknown {
  const prefix = PREFIX_OF_FACT[name];
  return prefix !== undefined && typeof value === 'string' ? toPublicId(prefix, value) : value;
}
