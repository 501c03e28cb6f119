import { Controller, Get, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { figuresErrors } from '../figures.errors.js';
import { ShareOfSalesQuery } from '../queries/share-of-sales.js';
import { ShowFigures } from '../queries/show-figures.js';
import {
  BATCH_ID_PREFIX,
  BatchFiguresView,
  FigureGroupView,
  FiguresQuery,
  FiguresView,
  LowRateView,
} from './figures.views.js';
import { SharesQuery, SharesView, ShareView } from './shares.views.js';

const { figure_days_invalid, figures_too_many } = figuresErrors;
const { batch_not_found } = couponsErrors;

@Controller('v1/coupons')
export class FiguresController {
  constructor(
    private readonly figures: ShowFigures,
    private readonly shares: ShareOfSalesQuery,
    private readonly cursors: Cursors,
  ) {}

  @Get('figures')
  @Endpoint({
    id: 'coupons.show_figures',
    summary: {
      en: 'Issued, claimed, redeemed, reversed, cost and revenue by day, batch, channel, store and staff',
      zh: '券数据：按日、批次、渠道、门店、员工统计发放、领取、核销、冲正、成本与带动销售额',
    },
    description: {
      en: 'Exact up to this instant. What happened counts on the day on which we heard of it, so a day that is over stays as it was. Coupons are issued and claimed in channels; stores and staff redeem them.',
      zh: '数据实时且精确。事件计入系统收到当日，已结束日期的数据不再变化。发放与领取按渠道统计，核销按渠道、门店与员工统计。',
    },
    scope: 'coupons:read',
    response: FiguresView,
    errors: [figure_days_invalid, figures_too_many],
  })
  async show(@Query() { by = [], ...filter }: FiguresQuery): Promise<FiguresView> {
    const groups = await this.figures.groups(filter, [...new Set(by)]);
    return { groups: groups.map(FigureGroupView.of) };
  }

  @Get('figures/share')
  @Endpoint({
    id: 'coupons.show_share_of_sales',
    summary: {
      en: 'How much of all sales comes with coupons, by day, channel, store and staff',
      zh: '用券订单占总销售额（GMV）的比例：按日、渠道、门店、员工',
    },
    description: {
      en: 'All sales are the customer events order_paid less order_refunded; each counts on its day in the time zone of the corp, and in the channel, store (by its code) and staffId that its data says. What an event does not say is null, as is all that those of an erased person said, and a store that we do not know. Orders with coupons count where figures count them.',
      zh: '总销售额取客户事件 order_paid 减去 order_refunded，按企业时区的发生日以及事件数据中的 channel、store（门店编码）、staffId 归类；未填写、未知门店以及已擦除用户的订单归为 null。用券订单的归类与券数据一致。',
    },
    scope: 'coupons:read',
    response: SharesView,
    errors: [figure_days_invalid, figures_too_many],
  })
  async share(@Query() { by = [], ...filter }: SharesQuery): Promise<SharesView> {
    const groups = await this.shares.groups(filter, [...new Set(by)]);
    return { groups: groups.map(ShareView.of) };
  }

  @Get('figures/low-rates')
  @Endpoint({
    id: 'coupons.list_low_rates',
    summary: {
      en: 'Batches of which fewer than 25 % were redeemed, by day, the newest first',
      zh: '核销率低于 25% 的批次预警（新的在前）',
    },
    scope: 'coupons:read',
    response: pageOf(LowRateView),
    errors: [httpErrors.cursor_invalid],
  })
  lowRates(@Query() query: PageQuery): Promise<Page<LowRateView>> {
    return keysetPage(this.cursors, {
      name: 'coupons-low-rates',
      query,
      read: (after: { day: string; batchId: string } | undefined, limit) =>
        this.figures.listLowRates(after, limit),
      keyOf: ({ day, batchId }) => ({ day, batchId }),
      viewOf: LowRateView.of,
    });
  }

  @Get('batches/:id/figures')
  @Endpoint({
    id: 'coupons.get_batch_figures',
    summary: { en: 'What became of the coupons of a batch', zh: '批次数据汇总与核销率' },
    scope: 'coupons:read',
    response: BatchFiguresView,
    errors: [batch_not_found],
  })
  async ofBatch(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
  ): Promise<BatchFiguresView> {
    const { counts, rateLow } = await this.figures.ofBatch(id);
    return BatchFiguresView.of(counts, rateLow);
  }
}
