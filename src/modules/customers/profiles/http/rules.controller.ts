import { Body, Controller, Get, Put } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import { IntegerField, ListField } from '../../../../platform/http/fields.js';
import { FIELD_SOURCES, type FieldSource, type SurvivorshipRules } from '../domain/survivorship.js';
import { profilesErrors } from '../profiles.errors.js';
import { FieldCatalogue } from '../queries/field-catalogue.js';
import { SetRules } from '../use-cases/set-rules.js';

const RANKING_EXAMPLE = ['staff', 'customer', 'crm', 'shop', 'import', 'wecom', 'rule'];
const VERSION_MAX = 2_147_483_647;

export class FieldRulesDto {
  @ListField(
    { values: FIELD_SOURCES },
    { maxItems: FIELD_SOURCES.length, example: RANKING_EXAMPLE, description: 'best first, each source once' },
  )
  ranking: FieldSource[];
}

export class FieldRulesView extends FieldRulesDto {
  @IntegerField({ min: 0, max: VERSION_MAX, example: 1, description: '0: what every corp begins with' })
  version: number;
}

@Controller('v1/customer-field-rules')
export class CustomerFieldRulesController {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly rules: SetRules,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.get_field_rules',
    summary: { en: 'Which source is believed', zh: '字段取值的来源排序' },
    scope: 'customers:read',
    response: FieldRulesView,
    etag: 'shown',
  })
  async get(@ETag() showEtag: ShowETag): Promise<FieldRulesView> {
    return shown((await this.catalogue.read()).rules, showEtag);
  }

  @Put()
  @Endpoint({
    id: 'customers.replace_field_rules',
    summary: { en: 'Change which source is believed', zh: '更改字段取值的来源排序' },
    description: {
      en: 'Makes the next version of the rules. Profiles show it at once, filters within minutes.',
      zh: '生成规则的新版本。档案立即生效，筛选在数分钟内生效。',
    },
    scope: 'customers:write',
    response: FieldRulesView,
    etag: 'checked',
    errors: [profilesErrors.ranking_invalid],
  })
  async replace(
    @Body() { ranking }: FieldRulesDto,
    @IfMatch() seen: Precondition,
    @CurrentKey() key: AuthenticatedKey,
    @ETag() showEtag: ShowETag,
  ): Promise<FieldRulesView> {
    const rules = await this.rules.set(ranking, key.owner, (version) => seen.assert(String(version)));
    return shown(rules, showEtag);
  }
}

function shown({ version, ranking }: SurvivorshipRules, showEtag: ShowETag): FieldRulesView {
  showEtag(String(version));
  return { version, ranking: [...ranking] };
}
