import { BooleanField, EnumField, ListField, TextField } from '../../../../platform/http/fields.js';
import { CHOICES_KEPT_MAX } from '../domain/choices.js';
import { CHOICE_KEY_MAX } from '../domain/field-value.js';
import { STAGE_KINDS, type Stage, type StageKind } from '../domain/stage.js';
import { LABEL_MAX } from './field.dto.js';

const REASONS_MAX = 50;
const STAGES_MAX = 50;

export class StageReasonDto {
  @TextField({ max: CHOICE_KEY_MAX, example: 'price' })
  key: string;

  @TextField({ max: LABEL_MAX, example: '价格原因' })
  zh: string;

  @TextField({ max: LABEL_MAX, example: 'Price' })
  en: string;
}

export class StageDto {
  @TextField({ max: CHOICE_KEY_MAX, example: 'abandoned' })
  key: string;

  @EnumField(STAGE_KINDS, { example: 'abandoned', description: 'invalid and abandoned have reasons' })
  kind: StageKind;

  @TextField({ max: LABEL_MAX, example: '已放弃' })
  zh: string;

  @TextField({ max: LABEL_MAX, example: 'Abandoned' })
  en: string;

  @ListField(() => StageReasonDto, { maxItems: REASONS_MAX, optional: true })
  reasons: StageReasonDto[] = [];
}

export class StagesDto {
  @ListField(() => StageDto, { minItems: 1, maxItems: STAGES_MAX, description: 'in their order' })
  items: StageDto[];
}

export class StageReasonView extends StageReasonDto {
  @BooleanField({ example: false })
  archived: boolean;
}

export class StageView {
  @TextField({ max: CHOICE_KEY_MAX, example: 'abandoned' })
  key: string;

  @EnumField(STAGE_KINDS, { example: 'abandoned' })
  kind: StageKind;

  @TextField({ max: LABEL_MAX, example: '已放弃' })
  zh: string;

  @TextField({ max: LABEL_MAX, example: 'Abandoned' })
  en: string;

  @BooleanField({ example: false, description: 'readable where it was chosen, no longer to be chosen' })
  archived: boolean;

  @ListField(() => StageReasonView, { maxItems: CHOICES_KEPT_MAX })
  reasons: StageReasonView[];
}

export class StagesView {
  @ListField(() => StageView, { maxItems: CHOICES_KEPT_MAX })
  items: StageView[];

  static of(this: void, stages: readonly Stage[]): StagesView {
    return {
      items: stages.map((stage) => ({
        ...stage,
        reasons: stage.reasons.map((reason) => ({ ...reason, archived: reason.archived === true })),
      })),
    };
  }
}
