import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { IdentifierDto } from '../../identity/http/identifier.dto.js';
import { NUMBER_MAX, TEXT_MAX } from '../../profiles/domain/field-value.js';
import type { CustomerFilter, FieldFilter, RelationFilter } from '../domain/customer-filter.js';
import { NAME_LENGTH_MAX } from '../domain/name-grams.js';

const LIST_MAX = 100;
const FIELDS_MAX = 20;
const ALL_TAGS_MAX = 20;
const WECOM_ID_MAX = 64;
const FIELD_KEY_MAX = 64;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const some = { optional: true, minItems: 1, maxItems: LIST_MAX };

export class RelationFilterDto implements RelationFilter {
  @ListField('text', {
    ...some,
    maxLength: WECOM_ID_MAX,
    example: ['chen.yu'],
    description: 'followed by any of them; ignores case',
  })
  staffUserIds?: string[];

  @EnumField(['active', 'ended'], { optional: true, example: 'active' })
  relationState?: 'active' | 'ended';

  @ListField('integer', { ...some, example: [1], description: 'add_way of WeCom, page 92114' })
  addWays?: number[];

  @ListField('text', { ...some, example: ['expo2026'], description: "the corp's own channel parameter" })
  states?: string[];

  @TimeField({ optional: true, description: 'followed at or after' })
  followedFrom?: Date;

  @TimeField({ optional: true, description: 'followed before' })
  followedTo?: Date;
}

export class FieldFilterDto implements FieldFilter {
  @TextField({ max: FIELD_KEY_MAX, example: 'life_stage' })
  key: string;

  @ListField('text', {
    ...some,
    maxLength: TEXT_MAX,
    example: ['active'],
    description: 'text, choice, choices: any of them; multi_level: 浙江 or 浙江/杭州, with all below',
  })
  anyOf?: string[];

  @BooleanField({ optional: true, description: 'of type boolean' })
  is?: boolean;

  @IntegerField({
    min: -NUMBER_MAX,
    max: NUMBER_MAX,
    optional: true,
    description: 'number, amount: at least',
  })
  min?: number;

  @IntegerField({ min: -NUMBER_MAX, max: NUMBER_MAX, optional: true, description: 'number, amount: at most' })
  max?: number;

  @TextField({
    max: 10,
    pattern: DAY,
    optional: true,
    example: '1990-01-01',
    description: 'date: this day or later',
  })
  from?: string;

  @TextField({
    max: 10,
    pattern: DAY,
    optional: true,
    example: '2000-01-01',
    description: 'date: before this day',
  })
  to?: string;
}

export class CustomerFilterDto implements CustomerFilter {
  @ListField('text', {
    ...some,
    maxLength: NAME_LENGTH_MAX,
    example: ['海风'],
    description:
      'contained in the name, in a remark of staff, or in the pinyin initials of either (hf); one letter is enough',
  })
  names?: string[];

  @ListField('text', { ...some, maxLength: 32, example: ['13800001234'], description: 'whole numbers' })
  phones?: string[];

  @ListField(() => IdentifierDto, { ...some })
  identifiers?: IdentifierDto[];

  @ObjectField(() => RelationFilterDto, {
    optional: true,
    description: 'all of it for one and the same relation',
  })
  relation?: RelationFilterDto;

  @ListField('text', {
    ...some,
    maxLength: WECOM_ID_MAX,
    example: ['etQ7x2CAAAtag000000000000001'],
    description: "WeCom's tag ids: any of them, given by any staff",
  })
  anyTags?: string[];

  @ListField('text', {
    ...some,
    maxItems: ALL_TAGS_MAX,
    maxLength: WECOM_ID_MAX,
    example: ['etQ7x2CAAAtag000000000000001'],
    description: 'every one of them, each given by any staff',
  })
  allTags?: string[];

  @ListField('text', {
    ...some,
    example: ['negotiating'],
    description: 'key of a stage, or key/reason; any of them',
  })
  stages?: string[];

  @TimeField({ optional: true, description: 'first stored here at or after' })
  createdFrom?: Date;

  @TimeField({ optional: true, description: 'first stored here before' })
  createdTo?: Date;

  @TimeField({ optional: true, description: 'anything shown of the customer changed at or after' })
  updatedFrom?: Date;

  @TimeField({ optional: true, description: 'last changed before' })
  updatedTo?: Date;

  @ListField(() => FieldFilterDto, { optional: true, minItems: 1, maxItems: FIELDS_MAX })
  fields?: FieldFilterDto[];
}
