import { Controller, Get, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { customersErrors } from '../../customers.errors.js';
import { type EntryKey, ReadTimeline } from '../queries/read-timeline.js';
import { ShowPage } from '../queries/show-page.js';
import { CustomerPageView } from './page.views.js';
import { TimelineEntryView, TimelineQuery } from './timeline.views.js';

const { not_found } = customersErrors;

@Controller('v1/customers/:id')
export class TimelineController {
  constructor(
    private readonly timeline: ReadTimeline,
    private readonly pages: ShowPage,
    private readonly cursors: Cursors,
  ) {}

  @Get('timeline')
  @Endpoint({
    id: 'customers.list_timeline',
    summary: { en: 'List what happened to a person, the newest first', zh: '客户动态（新的在前）' },
    description: {
      en: 'Of all customers that are one person with this one. Kept for 24 months.',
      zh: '包含与该客户为同一人的所有客户的动态，保留 24 个月。',
    },
    scope: 'customers:read',
    response: pageOf(TimelineEntryView),
    errors: [not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string,
    @Query() query: TimelineQuery,
  ): Promise<Page<TimelineEntryView>> {
    return keysetPage(this.cursors, {
      name: `timeline ${id}`,
      query,
      read: (after: EntryKey | undefined, limit) => this.timeline.read(id, query, after, limit),
      keyOf: ({ at, id: entryId }) => ({ at, id: entryId }),
      viewOf: TimelineEntryView.of,
    });
  }
  @Get('page')
  @Endpoint({
    id: 'customers.show_page',
    summary: { en: 'Show everything of a person at once', zh: '客户画像页' },
    description: {
      en: 'Believed fields, relations with tags, what other modules announce, and the last 50 entries of the timeline.',
      zh: '一次返回可信字段、跟进关系与标签、其他模块的汇总（等级、积分、可用券）以及最近 50 条动态。',
    },
    scope: 'customers:read',
    response: CustomerPageView,
    errors: [not_found],
  })
  async page(@PublicIdParam('id', CUSTOMER_ID_PREFIX, not_found) id: string): Promise<CustomerPageView> {
    return CustomerPageView.of(await this.pages.show(id));
  }
}
