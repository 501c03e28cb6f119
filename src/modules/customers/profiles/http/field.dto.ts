import {
  AnyValueField,
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
} from '../../../../platform/http/fields.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  FIELD_TYPES,
  type FieldContent,
  type FieldDefinition,
  type FieldType,
  type FieldValue,
} from '../domain/field-definition.js';
import { CHOICES_KEPT_MAX } from '../domain/choices.js';
import { CHOICE_KEY_MAX } from '../domain/field-value.js';

export const FIELD_ID_PREFIX = 'fld';
export const LABEL_MAX = 64;
export const FIELD_KEY_MAX = 40;
const CHOICES_MAX = 2_000;
const POSITION_MAX = 1_000_000;

export class FieldChoiceDto {
  @TextField({ max: CHOICE_KEY_MAX, example: 'gold', description: 'what values hold; without /' })
  key: string;

  @TextField({ max: LABEL_MAX, example: '金卡' })
  zh: string;

  @TextField({ max: LABEL_MAX, example: 'Gold' })
  en: string;

  @TextField({ max: CHOICE_KEY_MAX, optional: true, description: 'multi_level: key of the choice above' })
  parent?: string;
}

export class FieldChoiceView extends FieldChoiceDto {
  @BooleanField({ example: false, description: 'readable where it was chosen, no longer to be chosen' })
  archived: boolean;
}

/** What `PUT` replaces. */
export class FieldContentDto {
  @TextField({ max: LABEL_MAX, example: '会员卡' })
  labelZh: string;

  @TextField({ max: LABEL_MAX, example: 'Card' })
  labelEn: string;

  @BooleanField({ optional: true, example: false, description: 'may be changed, not emptied' })
  required: boolean = false;

  @BooleanField({
    optional: true,
    example: false,
    description:
      'shown masked; POST …/profile/reveal shows it. Absent: unchanged. Taking it off needs customers:reveal and is audited',
  })
  personal?: boolean;

  @AnyValueField({
    optional: true,
    nullable: true,
    example: 'gold',
    description: 'shown while no source says anything; stored nowhere, found by no filter',
  })
  defaultValue: unknown = null;

  @ListField(() => FieldChoiceDto, {
    maxItems: CHOICES_MAX,
    optional: true,
    description: 'of choice, choices, multi_level; a multi_level without any takes any path',
  })
  choices: FieldChoiceDto[] = [];

  @IntegerField({
    min: 0,
    max: POSITION_MAX,
    optional: true,
    example: 1000,
    description: 'smaller stands first',
  })
  position?: number;
}

export class FieldDto extends FieldContentDto {
  @TextField({
    max: FIELD_KEY_MAX,
    pattern: /^[a-z][a-z0-9_]*$/,
    example: 'card',
    description: 'names the field for ever',
  })
  key: string;

  @EnumField(FIELD_TYPES, {
    example: 'choice',
    description: 'amount: 分; date: 1990-05-20; choices: a list of keys; multi_level: the path of keys',
  })
  type: FieldType;

  @BooleanField({ optional: true, example: false, description: 'no two persons hold the same value' })
  unique: boolean = false;

  @BooleanField({ optional: true, example: false, description: 'multi_level: down to the last level' })
  wholePath: boolean = false;
}

export class FieldView {
  @PublicIdField(FIELD_ID_PREFIX, { nullable: true, description: 'null: built in' })
  id: string | null;

  @TextField({ max: FIELD_KEY_MAX, example: 'card' })
  key: string;

  @EnumField(FIELD_TYPES, { example: 'choice' })
  type: FieldType;

  @TextField({ max: LABEL_MAX, example: '会员卡' })
  labelZh: string;

  @TextField({ max: LABEL_MAX, example: 'Card' })
  labelEn: string;

  @BooleanField({ example: false })
  required: boolean;

  @BooleanField({ example: false })
  unique: boolean;

  @BooleanField({ example: false })
  wholePath: boolean;

  @BooleanField({ example: false })
  personal: boolean;

  @BooleanField({ example: false, description: 'only WeCom says it' })
  readOnly: boolean;

  @AnyValueField({ nullable: true, example: 'gold' })
  defaultValue: FieldValue | null;

  @ListField(() => FieldChoiceView, { maxItems: CHOICES_KEPT_MAX })
  choices: FieldChoiceView[];

  @IntegerField({ min: 0, max: POSITION_MAX, example: 1000 })
  position: number;

  @BooleanField({ example: false, description: 'its values are kept and not shown' })
  archived: boolean;

  static of(this: void, definition: FieldDefinition): FieldView {
    const { id, zh, en, choices, ...rest } = definition;
    return {
      ...rest,
      id: id === null ? null : toPublicId(FIELD_ID_PREFIX, id),
      labelZh: zh,
      labelEn: en,
      choices: choices.map((choice) => ({ ...choice, archived: choice.archived === true })),
    };
  }
}

export class FieldsView {
  @ListField(() => FieldView, { maxItems: 300, description: 'in the order of their positions' })
  items: FieldView[];
}

export function contentOf(body: FieldContentDto): FieldContent {
  const { labelZh, labelEn, required, personal, defaultValue, choices, position } = body;
  return {
    zh: labelZh,
    en: labelEn,
    required,
    ...(personal !== undefined && { personal }),
    defaultValue: defaultValue ?? null,
    choices: choices.map(({ key, zh, en, parent }) => ({
      key,
      zh,
      en,
      ...(parent !== undefined && { parent }),
    })),
    ...(position !== undefined && { position }),
  };
}
