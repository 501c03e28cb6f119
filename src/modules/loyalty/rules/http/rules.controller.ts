import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PRESETS } from '../domain/presets.js';
import { RuleStore } from '../persistence/rule-store.js';
import { rulesErrors } from '../rules.errors.js';
import { ManageRules } from '../use-cases/manage-rules.js';
import { UsePreset } from '../use-cases/use-preset.js';
import {
  ActivateRuleDto,
  contentOf,
  CreateRuleDto,
  RULE_ID_PREFIX,
  RuleContentDto,
  UsePresetDto,
} from './rule.dto.js';
import { RulesQuery, RuleVersionView, RuleView } from './rules.views.js';

const {
  rule_not_found,
  rule_version_not_found,
  rule_version_used,
  rule_not_in_force,
  rule_preset_not_found,
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

@Controller('v1/loyalty')
export class RulesController {
  constructor(
    private readonly store: RuleStore,
    private readonly rules: ManageRules,
    private readonly presets: UsePreset,
    private readonly cursors: Cursors,
  ) {}

  @Get('rules')
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
      read: (after: { id: string } | undefined, limit) => this.store.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: RuleView.of,
    });
  }

  @Get('rules/:id')
  @Endpoint({
    id: 'loyalty.get_rule',
    summary: { en: 'Get one earning rule', zh: '查询积分规则' },
    scope: 'loyalty:read',
    response: RuleView,
    errors: [rule_not_found],
  })
  async get(@PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string): Promise<RuleView> {
    return RuleView.of(await this.rules.get(id));
  }

  @Post('rules')
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

  @Put('rules/:id')
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

  @Get('rules/:id/versions')
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
  async versions(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<RuleVersionView>> {
    await this.rules.get(id);
    return keysetPage(this.cursors, {
      name: `loyalty-rule-versions ${id}`,
      query,
      read: (before: { version: number } | undefined, limit) => this.store.versions(id, before, limit),
      keyOf: ({ version }) => ({ version }),
      viewOf: RuleVersionView.of,
    });
  }

  @Post('rules/:id/activate')
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

  @Post('rules/:id/end')
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

  @Post('rule-presets/:key')
  @ApiParam({
    name: 'key',
    schema: { type: 'string', enum: PRESETS.map(({ key }) => key), example: 'invite' },
  })
  @Endpoint({
    id: 'loyalty.use_rule_preset',
    summary: {
      en: 'Create an earning rule from a preset and put it in force',
      zh: '按预置模板新建并启用积分规则',
    },
    description: {
      en: 'quality_content: +10 once somebody marked a content (event content.marked). invite: +15 for the customer whose public id is the channel `state` of a new contact, a week later, taken back when the invitee leaves within 30 days. useful_report: +5 for a report that was accepted (event report.accepted).',
      zh: 'quality_content：内容经人工评优后 +10（事件 content.marked）。invite：新联系人的渠道参数 state 为邀请人的客户编号时，7 天后为邀请人 +15，被邀请人 30 天内流失则收回。useful_report：举报被采纳 +5（事件 report.accepted）。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: RuleView,
    errors: [
      rule_preset_not_found,
      loyaltyErrors.program_not_found,
      loyaltyErrors.program_ended,
      rules_full,
      rule_property_unknown,
    ],
  })
  async usePreset(@Param('key') key: string, @Body() body: UsePresetDto): Promise<RuleView> {
    return RuleView.of(await this.presets.use(key, body));
  }
}
