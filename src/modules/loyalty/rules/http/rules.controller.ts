import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { ShowRules } from '../queries/show-rules.js';
import { rulesErrors } from '../rules.errors.js';
import { ManageRules } from '../use-cases/manage-rules.js';
import { contentOf } from './rule-content.js';
import { ActivateRuleDto, CreateRuleDto, RULE_ID_PREFIX, RuleContentDto } from './rule.dto.js';
import { RulesQuery, RuleVersionView, RuleView } from './rules.views.js';

const {
  rule_not_found,
  rule_version_not_found,
  rule_version_used,
  rule_not_in_force,
  rule_invalid,
  rule_expired,
  rule_trigger_unknown,
  rule_property_unknown,
  rules_full,
} = rulesErrors;
const CONTENT_ERRORS = [
  rule_invalid,
  rule_expired,
  rule_trigger_unknown,
  rule_property_unknown,
  loyaltyErrors.program_ended,
];

@Controller('v1/loyalty/rules')
export class RulesController {
  constructor(
    private readonly shown: ShowRules,
    private readonly rules: ManageRules,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'loyalty.list_rules',
    summary: { en: 'List earning rules', zh: '积分规则列表' },
    scope: 'loyalty:read',
    response: pageOf(RuleView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: RulesQuery): Promise<Page<RuleView>> {
    return keysetPage(this.cursors, {
      name: 'loyalty-rules',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: RuleView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_rule',
    summary: { en: 'Get one earning rule', zh: '查询积分规则' },
    scope: 'loyalty:read',
    response: RuleView,
    errors: [rule_not_found],
  })
  async get(@PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string): Promise<RuleView> {
    return RuleView.of(await this.shown.get(id));
  }

  @Post()
  @Endpoint({
    id: 'loyalty.create_rule',
    summary: { en: 'Create an earning rule', zh: '新建积分规则' },
    description: {
      en: 'It earns nothing until it is activated.',
      zh: '规则启用后才开始发放积分。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: RuleView,
    errors: [...CONTENT_ERRORS, loyaltyErrors.program_not_found, rules_full],
  })
  async create(@Body() { name, programId, ...body }: CreateRuleDto): Promise<RuleView> {
    const content = contentOf(body);
    return RuleView.of(
      await this.rules.create({ name, content, ...(programId !== undefined && { programId }) }),
    );
  }

  @Put(':id')
  @Endpoint({
    id: 'loyalty.replace_rule',
    summary: { en: 'Store a new version of an earning rule', zh: '保存积分规则的新版本' },
    description: {
      en: 'Versions do not change: what is in force stays in force until the new one is activated.',
      zh: '已有版本不会改变：新版本启用前，原版本继续生效。',
    },
    scope: 'loyalty:write',
    response: RuleView,
    errors: [...CONTENT_ERRORS, rule_not_found],
  })
  async replace(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Body() body: RuleContentDto,
  ): Promise<RuleView> {
    return RuleView.of(await this.rules.addVersion(id, contentOf(body)));
  }

  @Get(':id/versions')
  @Endpoint({
    id: 'loyalty.list_rule_versions',
    summary: {
      en: 'List the versions of an earning rule, the newest first',
      zh: '积分规则的版本列表（新版本在前）',
    },
    scope: 'loyalty:read',
    response: pageOf(RuleVersionView),
    errors: [rule_not_found, httpErrors.cursor_invalid],
  })
  versions(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<RuleVersionView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-rule-versions ${id}`,
      query,
      read: (before: { version: number } | undefined, limit) => this.shown.versions(id, before, limit),
      keyOf: ({ version }) => ({ version }),
      viewOf: RuleVersionView.of,
    });
  }

  @Post(':id/activate')
  @Endpoint({
    id: 'loyalty.activate_rule',
    summary: { en: 'Put a version of an earning rule in force', zh: '启用积分规则的一个版本' },
    description: {
      en: 'From now on, by the time of events. The version that was in force is no longer; each can be in force once.',
      zh: '自现在起按事件发生时间生效，原生效版本随即停止；每个版本只能启用一次。',
    },
    scope: 'loyalty:write',
    response: RuleView,
    errors: [rule_not_found, rule_version_not_found, rule_version_used, rule_expired, rule_invalid],
  })
  async activate(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Body() { version }: ActivateRuleDto,
  ): Promise<RuleView> {
    return RuleView.of(await this.rules.activate(id, version));
  }

  @Post(':id/end')
  @Endpoint({
    id: 'loyalty.end_rule',
    summary: { en: 'End an earning rule', zh: '停用积分规则' },
    description: {
      en: 'What happened before and is told later still earns. A new version may be activated later.',
      zh: '此前发生、之后才上报的事件仍可获得积分；之后可启用新版本。',
    },
    scope: 'loyalty:write',
    response: RuleView,
    errors: [rule_not_found, rule_not_in_force],
  })
  async end(@PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string): Promise<RuleView> {
    return RuleView.of(await this.rules.end(id));
  }
}
