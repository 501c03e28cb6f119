import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { ShowLinks } from '../queries/show-links.js';
import { ChangeLinks } from '../use-cases/change-links.js';
import { LINK_ID_PREFIX } from '../use-cases/link-opens.js';
import {
  TrackedLinkChangeDto,
  TrackedLinkDto,
  TrackedLinksQuery,
  TrackedLinkView,
} from './tracked-links.views.js';

const { tracked_link_not_found, link_target_invalid, link_target_not_allowed, event_customer_unknown } =
  behaviourErrors;

@Controller('v1/tracked-links')
export class TrackedLinksController {
  constructor(
    private readonly links: ShowLinks,
    private readonly changes: ChangeLinks,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_tracked_links',
    summary: { en: 'List tracked links, the newest first', zh: '追踪链接列表（新的在前）' },
    scope: 'customers:read',
    response: pageOf(TrackedLinkView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: TrackedLinksQuery): Promise<Page<TrackedLinkView>> {
    const { customerId } = query;
    return keysetPage(this.cursors, {
      name: 'tracked-links',
      query,
      read: (after: { id: string } | undefined, limit) =>
        this.links.list(customerId === undefined ? {} : { customerId }, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: TrackedLinkView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_tracked_link',
    summary: { en: 'Get one tracked link', zh: '查询追踪链接' },
    scope: 'customers:read',
    response: TrackedLinkView,
    errors: [tracked_link_not_found],
  })
  async get(
    @PublicIdParam('id', LINK_ID_PREFIX, tracked_link_not_found) id: string,
  ): Promise<TrackedLinkView> {
    return TrackedLinkView.of(await this.links.get(id));
  }

  @Post()
  @Endpoint({
    id: 'customers.create_tracked_link',
    summary: { en: 'Make a link that tells who opened it', zh: '创建追踪链接' },
    description: {
      en: "Checked against the list of domains now and never again: later changes of the list do not change links that are there. An open of a personal link is an event link_opened of its customer, at most one a minute. Fetches by machines, as of a chat's preview, do not count as far as they show themselves.",
      zh: '仅在创建时按域名列表校验，之后列表变更不影响已创建的链接。打开个人链接会记为该客户的 link_opened 事件，每分钟最多一条。聊天预览等机器访问在可识别时不计入。',
    },
    scope: 'customers:write',
    status: 201,
    response: TrackedLinkView,
    errors: [link_target_invalid, link_target_not_allowed, event_customer_unknown],
  })
  async create(@Body() body: TrackedLinkDto): Promise<TrackedLinkView> {
    const { target, title = null, customerId = null, expiresAt = null } = body;
    return TrackedLinkView.of(await this.changes.create({ target, title, customerId, expiresAt }));
  }

  @Put(':id')
  @Endpoint({
    id: 'customers.replace_tracked_link',
    summary: {
      en: 'Switch a tracked link off or on, or let it expire',
      zh: '停用、启用追踪链接或设置有效期',
    },
    scope: 'customers:write',
    response: TrackedLinkView,
    errors: [tracked_link_not_found],
  })
  async replace(
    @PublicIdParam('id', LINK_ID_PREFIX, tracked_link_not_found) id: string,
    @Body() body: TrackedLinkChangeDto,
  ): Promise<TrackedLinkView> {
    const { enabled, title = null, expiresAt = null } = body;
    return TrackedLinkView.of(await this.changes.change(id, { enabled, title, expiresAt }));
  }
}
