import { EnumField, IntegerField, MapField, TextField, TimeField } from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { WRITING_SOURCES, type WritingSource } from '../domain/survivorship.js';
import { FIELD_KEY_MAX } from './field.dto.js';

const SAYING_SOURCES = WRITING_SOURCES.filter((source) => source !== 'rule');
export const CONFIDENCE_MAX = 100;

export class ProfileChangeDto {
  @MapField('any', {
    example: { birthday: '1990-05-20', region: ['广东省', '深圳市'], stage: ['abandoned', 'price'] },
    description: 'by key of the field; null takes back what this source said',
  })
  fields: Record<string, unknown>;

  @EnumField(SAYING_SOURCES, { optional: true, example: 'staff', description: 'who says it; default staff' })
  source: WritingSource = 'staff';

  @IntegerField({ min: 0, max: CONFIDENCE_MAX, optional: true, example: 100, description: 'default 100' })
  confidence: number = CONFIDENCE_MAX;

  @TimeField({ optional: true, stored: true, description: 'when the source saw it so; default now' })
  observedAt?: Date;
}

export class HistoryQuery extends PageQuery {
  @TextField({ max: FIELD_KEY_MAX, optional: true, example: 'birthday' })
  field?: string;
}
