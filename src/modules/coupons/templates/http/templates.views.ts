import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import type { TemplateVersion, TemplateWithVersion } from '../domain/template.js';
import { BENEFIT_KINDS, type BenefitKind, type CouponTerms } from '../domain/terms.js';
import { TermsDto } from './terms.dto.js';

export const TEMPLATE_ID_PREFIX = 'cpt';
export const VERSION_ID_PREFIX = 'ctv';
const KEY_MAX = 64;
const KEY = /^[a-z0-9][a-z0-9_-]*$/;
const NAME_MAX = 60;
const VERSION_MAX = 2_147_483_647;

export class TemplateDto {
  @TextField({ max: KEY_MAX, pattern: KEY, example: 'spring-300-30' })
  key: string;

  @TextField({ max: NAME_MAX, example: '春季满减券' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Spring discount' })
  nameEn: string;

  @ObjectField(() => TermsDto)
  terms: TermsDto;
}

export class TemplateVersionDto {
  @ObjectField(() => TermsDto)
  terms: TermsDto;
}

export class TemplateChangeDto {
  @TextField({ max: NAME_MAX, optional: true, example: '春季满减券' })
  nameZh?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'Spring discount' })
  nameEn?: string;

  @BooleanField({ optional: true, example: true, description: 'no new batches; those that run go on' })
  archived?: boolean;
}

export class TemplateVersionView {
  @PublicIdField(VERSION_ID_PREFIX)
  id: string;

  @PublicIdField(TEMPLATE_ID_PREFIX)
  templateId: string;

  @IntegerField({ min: 1, max: VERSION_MAX, example: 1 })
  version: number;

  @EnumField(BENEFIT_KINDS, { example: 'fixed' })
  kind: BenefitKind;

  @ObjectField(() => TermsDto)
  terms: CouponTerms;

  @TimeField()
  createdAt: string;

  static of(this: void, version: TemplateVersion): TemplateVersionView {
    return {
      id: toPublicId(VERSION_ID_PREFIX, version.id),
      templateId: toPublicId(TEMPLATE_ID_PREFIX, version.templateId),
      version: version.version,
      kind: version.kind,
      terms: version.terms,
      createdAt: version.createdAt.toISOString(),
    };
  }
}

export class TemplateView {
  @PublicIdField(TEMPLATE_ID_PREFIX)
  id: string;

  @TextField({ max: KEY_MAX, example: 'spring-300-30' })
  key: string;

  @TextField({ max: NAME_MAX, example: '春季满减券' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Spring discount' })
  nameEn: string;

  @ObjectField(() => TemplateVersionView, { description: 'which a new batch would name' })
  newest: TemplateVersionView;

  @TimeField({ nullable: true, example: null })
  archivedAt: string | null;

  @TimeField()
  createdAt: string;

  static of(this: void, template: TemplateWithVersion): TemplateView {
    return {
      id: toPublicId(TEMPLATE_ID_PREFIX, template.id),
      key: template.key,
      nameZh: template.nameZh,
      nameEn: template.nameEn,
      newest: TemplateVersionView.of(template.newest),
      archivedAt: template.archivedAt?.toISOString() ?? null,
      createdAt: template.createdAt.toISOString(),
    };
  }
}
