import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { ValidationError } from '../../../../platform/http/validation-error.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { customersErrors } from '../../customers.errors.js';
import { profilesErrors } from '../profiles.errors.js';
import { ExplainField } from '../queries/explain-field.js';
import { ListHistory } from '../queries/list-history.js';
import { ShowProfile } from '../queries/show-profile.js';
import { ChangeProfile, type FieldFault } from '../use-cases/change-profile.js';
import { HistoryQuery, ProfileChangeDto } from './profile.dto.js';
import { ExplainedFieldView, ProfileView, ReplacedValueView } from './profile.views.js';

const { not_found } = customersErrors;

@Controller('v1/customers/:id')
export class CustomerProfileController {
  constructor(
    private readonly profiles: ShowProfile,
    private readonly changes: ChangeProfile,
    private readonly fields: ExplainField,
    private readonly replaced: ListHistory,
    private readonly cursors: Cursors,
  ) {}

  @Get('profile')
  @Endpoint({
    id: 'customers.get_profile',
    summary: { en: 'Get the golden record of the person', zh: '查询客户（同一人）的权威档案' },
    description: {
      en: 'Of each field the one value that is believed, with who said it and when. Of several sources the best ranked is believed, then the surest, then the newest.',
      zh: '每个字段显示被采信的值及其来源与时间。多个来源不一致时，依次按来源排序、可信度、时间采信。',
    },
    scope: 'customers:read',
    response: ProfileView,
    etag: 'shown',
    errors: [not_found],
  })
  async get(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @ETag() showEtag: ShowETag,
  ): Promise<ProfileView> {
    const profile = await this.profiles.get(id);
    showEtag(profile.etag);
    return ProfileView.of(profile);
  }

  @Patch('profile')
  @Endpoint({
    id: 'customers.change_profile',
    summary: { en: 'Change fields of a profile', zh: '修改客户档案字段' },
    description: {
      en: 'All of it or nothing. What a source says stands beside what others say and replaces only what the same source said before; what it replaces stays readable.',
      zh: '全部成功或全部不变。写入只替换同一来源先前的值，不影响其他来源；被替换的值仍可在历史中查看。',
    },
    scope: 'customers:write',
    response: ProfileView,
    etag: 'checked',
    errors: [not_found],
  })
  async change(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Body() body: ProfileChangeDto,
    @IfMatch() seen: Precondition,
    @CurrentKey() key: AuthenticatedKey,
    @ETag() showEtag: ShowETag,
  ): Promise<ProfileView> {
    const from = { source: body.source, confidence: body.confidence, by: key.owner };
    const changed = await this.changes.change(id, body, from, (etag) => seen.assert(etag));
    if (isFaulty(changed)) throw refusal(changed);
    showEtag(changed.etag);
    return ProfileView.of(changed);
  }

  @Post('profile/reveal')
  @Endpoint({
    id: 'customers.reveal_profile',
    summary: {
      en: 'Show a profile with its personal fields; audited',
      zh: '查看含个人信息的档案（记入审计）',
    },
    scope: 'customers:reveal',
    response: ProfileView,
    secretResponse: true,
    errors: [not_found],
  })
  async reveal(@PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string): Promise<ProfileView> {
    return ProfileView.of(await this.profiles.get(id), true);
  }

  @Get('fields/:name/why')
  @Endpoint({
    id: 'customers.explain_field',
    summary: { en: 'Why a field shows its value', zh: '字段取值的依据' },
    scope: 'customers:read',
    response: ExplainedFieldView,
    errors: [not_found, profilesErrors.field_not_found],
  })
  async why(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Param('name') name: string,
  ): Promise<ExplainedFieldView> {
    return ExplainedFieldView.ofExplained(await this.fields.why(id, name));
  }

  @Get('profile/history')
  @Endpoint({
    id: 'customers.list_field_history',
    summary: { en: 'What sources said before, newest first', zh: '字段历史值，按时间倒序' },
    scope: 'customers:read',
    response: pageOf(ReplacedValueView),
    errors: [not_found, httpErrors.cursor_invalid],
  })
  async history(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Query() query: HistoryQuery,
  ): Promise<Page<ReplacedValueView>> {
    const { customerIds, personal } = await this.replaced.scopeOf(id);
    return keysetPage(this.cursors, {
      name: `field-history ${id}`,
      query,
      read: (after: { id: string } | undefined, limit) =>
        this.replaced.list({ customerIds, field: query.field }, after?.id, limit),
      keyOf: (row) => ({ id: row.id }),
      viewOf: (row) => ReplacedValueView.ofReplaced(row, personal),
    });
  }
}

function isFaulty<T extends object>(changed: T | readonly FieldFault[]): changed is readonly FieldFault[] {
  return Array.isArray(changed);
}

/** Thrown, so that the values that were fine are rolled back, too. */
function refusal(faults: readonly FieldFault[]): ValidationError {
  return new ValidationError(
    faults.map(({ field, code, limit }) => ({
      in: 'body',
      pointer: `/fields/${field.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code,
      limit,
    })),
  );
}
