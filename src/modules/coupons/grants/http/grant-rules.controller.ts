import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { grantsErrors } from '../grants.errors.js';
import type { WantedVersion } from '../persistence/grant-rule-store.js';
import { GrantRules } from '../use-cases/grant-rules.js';
import {
  GRANT_RULE_ID_PREFIX,
  GrantConditionDto,
  GrantRuleDto,
  GrantRuleVersionView,
  GrantRuleView,
  GrantView,
} from './grant-rules.views.js';

const { grant_rule_not_found, grant_rules_full, grant_rules_alike, grant_condition_invalid } = grantsErrors;

@Controller('v1/coupons/grant-rules')
export class GrantRulesController {
  constructor(
    private readonly rules: GrantRules,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.create_grant_rule',
    summary: { en: 'Grant coupons when something happens', zh: '新建自动发放规则' },
    description: {
      en: 'One coupon of the batch each time: at most once for each rule, customer and event. Nothing is taken back when the order is refunded, the level lost or the tag removed. The batch keeps its own limits.',
      zh: '每次事件发放一张：同一规则、客户、事件至多一次；订单退款、降级或移除标签后不收回。批次自身的限额仍然有效。',
    },
    scope: 'coupons:write',
    status: 201,
    response: GrantRuleView,
    errors: [couponsErrors.batch_not_found, grant_rules_full, grant_rules_alike, grant_condition_invalid],
  })
  async create(
    @Body() body: GrantRuleDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<GrantRuleView> {
    return GrantRuleView.of(await this.rules.create(body.name, wantedOf(body, owner)));
  }

  @Put(':id')
  @Endpoint({
    id: 'coupons.change_grant_rule',
    summary: { en: 'Change a rule of grants, by a new version', zh: '修改自动发放规则（生成新版本）' },
    scope: 'coupons:write',
    response: GrantRuleView,
    errors: [grant_rule_not_found, couponsErrors.batch_not_found, grant_rules_alike, grant_condition_invalid],
  })
  async change(
    @PublicIdParam('id', GRANT_RULE_ID_PREFIX, grant_rule_not_found) id: string,
    @Body() body: GrantRuleDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<GrantRuleView> {
    return GrantRuleView.of(await this.rules.replace(id, body.name, wantedOf(body, owner)));
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_grant_rules',
    summary: { en: 'List rules of grants, the newest first', zh: '自动发放规则列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(GrantRuleView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<GrantRuleView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-grant-rules',
      query,
      read: (after: { id: string } | undefined, limit) => this.rules.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: GrantRuleView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_grant_rule',
    summary: { en: 'Get a rule of grants', zh: '查询自动发放规则' },
    scope: 'coupons:read',
    response: GrantRuleView,
    errors: [grant_rule_not_found],
  })
  async get(
    @PublicIdParam('id', GRANT_RULE_ID_PREFIX, grant_rule_not_found) id: string,
  ): Promise<GrantRuleView> {
    return GrantRuleView.of(await this.rules.get(id));
  }

  @Get(':id/versions')
  @Endpoint({
    id: 'coupons.list_grant_rule_versions',
    summary: { en: 'List versions of a rule, the newest first', zh: '规则版本列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(GrantRuleVersionView),
    errors: [grant_rule_not_found, httpErrors.cursor_invalid],
  })
  versions(
    @PublicIdParam('id', GRANT_RULE_ID_PREFIX, grant_rule_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<GrantRuleVersionView>> {
    return keysetPage(this.cursors, {
      name: `coupon-grant-rule-versions ${id}`,
      query,
      read: (after: { version: number } | undefined, limit) => this.rules.versions(id, after, limit),
      keyOf: ({ version }) => ({ version }),
      viewOf: GrantRuleVersionView.of,
    });
  }

  @Get(':id/grants')
  @Endpoint({
    id: 'coupons.list_grants',
    summary: { en: 'List what a rule granted, the newest first', zh: '规则的发放记录（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(GrantView),
    errors: [grant_rule_not_found, httpErrors.cursor_invalid],
  })
  grants(
    @PublicIdParam('id', GRANT_RULE_ID_PREFIX, grant_rule_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<GrantView>> {
    return keysetPage(this.cursors, {
      name: `coupon-grants ${id}`,
      query,
      read: (after: { id: string } | undefined, limit) => this.rules.granted(id, after, limit),
      keyOf: (grant) => ({ id: grant.id }),
      viewOf: GrantView.of,
    });
  }
}

function wantedOf({ batchId, condition, enabled }: GrantRuleDto, owner: string): WantedVersion {
  return { batchId, enabled: enabled ?? true, condition: GrantConditionDto.read(condition), owner };
}
