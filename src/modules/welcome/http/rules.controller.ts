import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { StaffDirectory } from '../../staff/index.js';
import type { Attachment } from '../domain/attachment.js';
import type { WelcomeRule, WelcomeRuleContent } from '../domain/rule.js';
import { targetOf } from '../domain/target.js';
import { ShowRules } from '../queries/show-rules.js';
import { ChangeRules } from '../use-cases/change-rules.js';
import { welcomeErrors } from '../welcome.errors.js';
import { RULE_ID_PREFIX, WelcomeContentDto, WelcomeRuleDto, WelcomeRuleView } from './rules.views.js';

const { rule_not_found } = welcomeErrors;
const contentErrors = [
  welcomeErrors.content_missing,
  welcomeErrors.placeholder_unknown,
  welcomeErrors.text_too_long,
  welcomeErrors.attachment_invalid,
  welcomeErrors.file_unknown,
];

@Controller('v1/welcome-rules')
export class WelcomeRulesController {
  constructor(
    private readonly rules: ShowRules,
    private readonly changes: ChangeRules,
    private readonly staff: StaffDirectory,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'welcome.list_rules',
    summary: { en: 'List welcome rules', zh: '欢迎语规则列表' },
    scope: 'welcome:read',
    response: pageOf(WelcomeRuleView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<WelcomeRuleView>> {
    return keysetPage(this.cursors, {
      name: 'welcome-rules',
      query,
      read: async (after: { id: string } | undefined, limit) =>
        this.viewsOf(await this.rules.list(after, limit)),
      keyOf: ({ rule }) => ({ id: rule.id }),
      viewOf: ({ view }) => view,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'welcome.get_rule',
    summary: { en: 'Get one welcome rule', zh: '查询一条欢迎语规则' },
    scope: 'welcome:read',
    response: WelcomeRuleView,
    errors: [rule_not_found],
  })
  async get(@PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string): Promise<WelcomeRuleView> {
    const rule = await this.rules.find(id);
    if (!rule) throw rule_not_found();
    return this.viewOf(rule);
  }

  @Post()
  @Endpoint({
    id: 'welcome.create_rule',
    summary: { en: 'Say how new friends are greeted', zh: '创建欢迎语规则' },
    description: {
      en: 'For one staff member, a department with those below it, or the whole corp; the most specific rule speaks: staff, then the main department and the others of the member, then the nearest above them, then the corp. Nothing is sent where no rule speaks, nor when WeCom gives no code because its own console has a welcome for the member. Values are cut at 96 bytes each.',
      zh: '可针对一名成员、一个部门（含下级）或整个企业；以最具体的规则为准：成员、其主部门及所在部门、逐级上级部门、企业。没有规则则不发送；管理后台已为该成员设置欢迎语时企业微信不下发 code，也不会发送。占位符的值最多 96 字节，超出截断。',
    },
    scope: 'welcome:write',
    status: 201,
    response: WelcomeRuleView,
    errors: [
      welcomeErrors.rule_exists,
      welcomeErrors.target_invalid,
      welcomeErrors.staff_unknown,
      welcomeErrors.department_unknown,
      ...contentErrors,
    ],
  })
  async create(@Body() body: WelcomeRuleDto): Promise<WelcomeRuleView> {
    return this.viewOf(await this.changes.create(body, contentOf(body)));
  }

  @Put(':id')
  @Endpoint({
    id: 'welcome.replace_rule',
    summary: { en: 'Replace what a welcome rule says', zh: '替换欢迎语规则的内容' },
    scope: 'welcome:write',
    response: WelcomeRuleView,
    errors: [rule_not_found, ...contentErrors],
  })
  async replace(
    @PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string,
    @Body() body: WelcomeContentDto,
  ): Promise<WelcomeRuleView> {
    return this.viewOf(await this.changes.replace(id, contentOf(body)));
  }

  @Delete(':id')
  @Endpoint({
    id: 'welcome.delete_rule',
    summary: { en: 'Delete a welcome rule', zh: '删除欢迎语规则' },
    scope: 'welcome:write',
    status: 204,
    errors: [rule_not_found],
  })
  async remove(@PublicIdParam('id', RULE_ID_PREFIX, rule_not_found) id: string): Promise<void> {
    await this.changes.remove(id);
  }

  private async viewOf(rule: WelcomeRule): Promise<WelcomeRuleView> {
    const userIds = await this.staff.userIdsOf(staffIdsOf([rule]));
    return WelcomeRuleView.of(rule, userIds);
  }

  private async viewsOf(
    rules: readonly WelcomeRule[],
  ): Promise<{ rule: WelcomeRule; view: WelcomeRuleView }[]> {
    const userIds = await this.staff.userIdsOf(staffIdsOf(rules));
    return rules.map((rule) => ({ rule, view: WelcomeRuleView.of(rule, userIds) }));
  }
}

function staffIdsOf(rules: readonly WelcomeRule[]): string[] {
  return rules.flatMap(({ target }) => {
    const named = targetOf(target);
    return named.scope === 'staff' ? [named.staffId] : [];
  });
}

function contentOf({ enabled, silent, text, attachments }: WelcomeContentDto): WelcomeRuleContent {
  return {
    enabled,
    silent,
    text: text ?? null,
    attachments: attachments.map((one): Attachment => ({ ...one })),
  };
}
