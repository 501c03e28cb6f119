import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import {
  FIELD_KEY,
  FIELD_KINDS,
  type EventField,
  FIELDS_MAX,
  OWN_TYPE_KEY,
  TYPE_KEY_MAX,
} from '../domain/event-type.js';
import type { OwnEventType } from '../queries/event-types.js';

export const EVENT_TYPE_ID_PREFIX = 'cet';
const NAME_MAX = 60;
const FIELD_KEY_MAX = 40;

export class EventFieldDto implements EventField {
  @TextField({ max: FIELD_KEY_MAX, pattern: FIELD_KEY, example: 'cartId' })
  key: string;

  @EnumField(FIELD_KINDS, {
    example: 'text',
    description: 'text: at most 1,000 characters; amount: 分, 0 or more',
  })
  kind: (typeof FIELD_KINDS)[number];

  @BooleanField({ optional: true, example: true, description: 'default false' })
  required: boolean = false;
}

/** What `PUT` replaces. */
export class EventTypeContentDto {
  @TextField({ max: NAME_MAX, example: '放弃购物车' })
  name: string;

  @ListField(() => EventFieldDto, { maxItems: FIELDS_MAX, optional: true })
  fields: EventFieldDto[] = [];

  @BooleanField({
    optional: true,
    example: true,
    description: 'default true; false refuses new events of the type',
  })
  enabled: boolean = true;
}

export class EventTypeDto extends EventTypeContentDto {
  @TextField({
    max: TYPE_KEY_MAX,
    pattern: OWN_TYPE_KEY,
    example: 'shop.cart_abandoned',
    description: 'two words with a dot, so that it never meets a built-in type; it does not change',
  })
  key: string;
}

export class EventTypeView {
  @PublicIdField(EVENT_TYPE_ID_PREFIX)
  id: string;

  @TextField({ max: TYPE_KEY_MAX, example: 'shop.cart_abandoned' })
  key: string;

  @TextField({ max: NAME_MAX, example: '放弃购物车' })
  name: string;

  @ListField(() => EventFieldDto, { maxItems: FIELDS_MAX })
  fields: EventField[];

  @BooleanField({ example: true })
  enabled: boolean;

  @TimeField()
  createdAt: string;

  @TimeField()
  updatedAt: string;

  static of(this: void, type: OwnEventType): EventTypeView {
    const { id, key, name, fields, enabled, createdAt, updatedAt } = type;
    return {
      id: toPublicId(EVENT_TYPE_ID_PREFIX, id),
      key,
      name,
      fields: [...fields],
      enabled,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}
