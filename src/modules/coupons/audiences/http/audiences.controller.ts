import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { keptFilterErrors } from '../../../customers/index.js';
import { couponsErrors } from '../../coupons.errors.js';
import { audiencesErrors } from '../audiences.errors.js';
import { ShowAudiences } from '../queries/show-audiences.js';
import { Audiences } from '../use-cases/audiences.js';
import {
  AUDIENCE_ID_PREFIX,
  AudienceCustomersDto,
  AudienceDto,
  AudienceRefusalView,
  AudienceView,
  ListingResultsView,
} from './audiences.views.js';

const { audience_not_found, audience_state } = audiencesErrors;

@Controller('v1/coupons/audiences')
export class AudiencesController {
  constructor(
    private readonly audiences: Audiences,
    private readonly shown: ShowAudiences,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.create_audience',
    summary: { en: 'Say whom a batch is issued to', zh: '新建发放人群' },
    description: {
      en: 'By a filter, or by a list that is sent next. Who they are is frozen when it is started; then each person gets exactly so many coupons, whatever restarts, and whoever does not is listed with the reason.',
      zh: '按筛选条件，或随后上传名单。启动时人群即固定，每人恰好获得指定张数（重启不会多发）；未获得者逐一列出原因。',
    },
    scope: 'coupons:write',
    status: 201,
    response: AudienceView,
    errors: [couponsErrors.batch_not_found, audiencesErrors.audience_exceeds_limit, ...keptFilterErrors],
  })
  async create(@Body() body: AudienceDto): Promise<AudienceView> {
    return AudienceView.of(await this.audiences.create(AudienceDto.read(body)));
  }

  @Post(':id/customers')
  @Endpoint({
    id: 'coupons.add_audience_customers',
    summary: { en: 'Send customers of a list', zh: '上传名单中的客户' },
    description: {
      en: 'At most 1,000 a call, each with a result, until it is started. The same customer again changes nothing.',
      zh: '启动前可分批上传，每次最多 1000 名，逐个返回结果；重复上传不产生影响。',
    },
    scope: 'coupons:write',
    response: ListingResultsView,
    errors: [
      audience_not_found,
      audience_state,
      audiencesErrors.audience_not_a_list,
      audiencesErrors.audience_full,
    ],
  })
  async addCustomers(
    @PublicIdParam('id', AUDIENCE_ID_PREFIX, audience_not_found) id: string,
    @Body() { customerIds }: AudienceCustomersDto,
  ): Promise<ListingResultsView> {
    return { results: await this.audiences.addListed(id, customerIds) };
  }

  @Post(':id/start')
  @Endpoint({
    id: 'coupons.issue_to_audience',
    summary: { en: 'Issue the batch to the audience', zh: '向人群发放' },
    description: {
      en: 'As an operation. It asks before it begins when the stock is not enough for all. Started again, one that failed or was cancelled goes on, and one that is done tries those whom it refused.',
      zh: '以任务方式执行；库存不足以覆盖全部人群时先请求确认。失败或取消后再次启动将继续，已完成的再次启动将重试未获得者。',
    },
    scope: 'coupons:write',
    status: 202,
    response: AudienceView,
    errors: [
      audience_not_found,
      audience_state,
      audiencesErrors.audience_empty,
      audiencesErrors.audience_batch_not_running,
    ],
  })
  async start(
    @PublicIdParam('id', AUDIENCE_ID_PREFIX, audience_not_found) id: string,
  ): Promise<AudienceView> {
    return AudienceView.of(await this.audiences.start(id));
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_audiences',
    summary: { en: 'List audiences, the newest first', zh: '发放人群列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(AudienceView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<AudienceView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-audiences',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: AudienceView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_audience',
    summary: { en: 'Get an audience', zh: '查询发放人群' },
    scope: 'coupons:read',
    response: AudienceView,
    errors: [audience_not_found],
  })
  async get(@PublicIdParam('id', AUDIENCE_ID_PREFIX, audience_not_found) id: string): Promise<AudienceView> {
    return AudienceView.of(await this.shown.get(id));
  }

  @Get(':id/refusals')
  @Endpoint({
    id: 'coupons.list_audience_refusals',
    summary: { en: 'List who did not get his coupons, and why', zh: '未获得优惠券的客户及原因' },
    scope: 'coupons:read',
    response: pageOf(AudienceRefusalView),
    errors: [audience_not_found, httpErrors.cursor_invalid],
  })
  refusals(
    @PublicIdParam('id', AUDIENCE_ID_PREFIX, audience_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<AudienceRefusalView>> {
    return keysetPage(this.cursors, {
      name: `coupon-audience-refusals ${id}`,
      query,
      read: (after: { customerId: string } | undefined, limit) => this.shown.listRefused(id, after, limit),
      keyOf: ({ customerId }) => ({ customerId }),
      viewOf: AudienceRefusalView.of,
    });
  }
}
