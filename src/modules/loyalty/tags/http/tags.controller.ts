import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { ShowTags } from '../queries/show-tags.js';
import { tagsErrors } from '../tags.errors.js';
import { SetTagRules } from '../use-cases/set-tag-rules.js';
import { TagRulesDto, TagRulesView, TagWritesQuery, TagWriteView } from './tags.views.js';

const { program_not_found } = loyaltyErrors;

@Controller('v1/loyalty/programs/:id')
export class TagsController {
  constructor(
    private readonly setting: SetTagRules,
    private readonly shown: ShowTags,
    private readonly cursors: Cursors,
  ) {}

  @Get('tag-rules')
  @Endpoint({
    id: 'loyalty.get_tag_rules',
    summary: { en: 'Which levels and balances show as corp tags', zh: '查询等级与积分区间对应的企业标签' },
    scope: 'loyalty:read',
    response: TagRulesView,
    errors: [program_not_found],
  })
  async get(@PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string): Promise<TagRulesView> {
    return TagRulesView.of(await this.shown.rules(id));
  }

  @Put('tag-rules')
  @Endpoint({
    id: 'loyalty.replace_tag_rules',
    summary: { en: 'Show levels and balances as corp tags', zh: '设置等级与积分区间对应的企业标签' },
    description: {
      en: 'Written to WeCom by jobs, for each member of the staff who follows the customer, and again only for customers that change. Tags that the rules no longer name are taken back, and what WeCom has refused is tried again.',
      zh: '由任务写入企业微信（跟进该客户的每位成员各一次），之后仅写入有变化的客户。规则不再包含的标签会被移除，曾被企业微信拒绝的写入会重试。',
    },
    scope: 'loyalty:write',
    response: TagRulesView,
    errors: [program_not_found, tagsErrors.tag_rules_invalid, tagsErrors.tag_unknown, tagsErrors.tag_taken],
  })
  async replace(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
    @Body() { levels, bands }: TagRulesDto,
  ): Promise<TagRulesView> {
    await this.setting.replace(id, {
      levels,
      bands: bands.map((band) => ({ ...band, below: band.below ?? null })),
    });
    return TagRulesView.of(await this.shown.rules(id));
  }

  @Get('tag-writes')
  @Endpoint({
    id: 'loyalty.list_tag_writes',
    summary: { en: 'What became of tags written to WeCom', zh: '企业标签写入结果列表' },
    scope: 'loyalty:read',
    response: pageOf(TagWriteView),
    errors: [program_not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
    @Query() query: TagWritesQuery,
  ): Promise<Page<TagWriteView>> {
    return keysetPage(this.cursors, {
      name: `tag-writes ${id}`,
      query,
      read: (after: { customerId: string; staffUserId: string } | undefined, limit) =>
        this.shown.list(id, query.state, after, limit),
      keyOf: ({ customerId, staffUserId }) => ({ customerId, staffUserId }),
      viewOf: TagWriteView.of,
    });
  }
}
