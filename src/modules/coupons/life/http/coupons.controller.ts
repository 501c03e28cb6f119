import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { ShowCoupons } from '../queries/show-coupons.js';
import { VoidCoupons } from '../use-cases/void-coupons.js';
import {
  COUPON_ID_PREFIX,
  CouponEventView,
  CouponsQuery,
  CouponView,
  VoidDto,
  VoidManyDto,
  VoidResultsView,
  VoidResultView,
} from './coupons.views.js';

const { coupon_not_found, coupon_state_refused } = couponsErrors;

@Controller('v1/coupons')
export class CouponsController {
  constructor(
    private readonly shown: ShowCoupons,
    private readonly voiding: VoidCoupons,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'coupons.list',
    summary: { en: 'List coupons, the newest first', zh: '优惠券列表（新的在前）' },
    description: {
      en: 'Of a customer (with all customers that are the same person), of a batch, in a state.',
      zh: '可按客户（含同一自然人的全部客户）、批次、状态筛选。',
    },
    scope: 'coupons:read',
    response: pageOf(CouponView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: CouponsQuery): Promise<Page<CouponView>> {
    return keysetPage(this.cursors, {
      name: 'coupons',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: CouponView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get',
    summary: { en: 'Get a coupon as it is now', zh: '查询优惠券当前状态' },
    scope: 'coupons:read',
    response: CouponView,
    errors: [coupon_not_found],
  })
  async get(@PublicIdParam('id', COUPON_ID_PREFIX, coupon_not_found) id: string): Promise<CouponView> {
    return CouponView.of(await this.shown.get(id));
  }

  @Get(':id/events')
  @Endpoint({
    id: 'coupons.list_events',
    summary: { en: 'List what became of a coupon, in order', zh: '优惠券流转记录（按先后）' },
    scope: 'coupons:read',
    response: pageOf(CouponEventView),
    errors: [coupon_not_found, httpErrors.cursor_invalid],
  })
  listEvents(
    @PublicIdParam('id', COUPON_ID_PREFIX, coupon_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CouponEventView>> {
    return keysetPage(this.cursors, {
      name: `coupon-events ${id}`,
      query,
      read: (after: { version: number } | undefined, limit) => this.shown.listEvents(id, after, limit),
      keyOf: ({ version }) => ({ version }),
      viewOf: CouponEventView.of,
    });
  }

  @Post(':id/void')
  @Endpoint({
    id: 'coupons.void',
    summary: { en: 'Make a coupon void', zh: '作废优惠券' },
    scope: 'coupons:write',
    response: CouponView,
    errors: [coupon_not_found, coupon_state_refused],
  })
  async void(
    @PublicIdParam('id', COUPON_ID_PREFIX, coupon_not_found) id: string,
    @Body() { reason, returned = false }: VoidDto,
  ): Promise<CouponView> {
    await this.voiding.one(id, { reason, returned });
    return CouponView.of(await this.shown.get(id));
  }

  @Post('void')
  @Endpoint({
    id: 'coupons.void_many',
    summary: { en: 'Make coupons void, at most 1,000', zh: '批量作废优惠券（最多 1000 张）' },
    scope: 'coupons:write',
    response: VoidResultsView,
  })
  async voidMany(@Body() { couponIds, reason, returned = false }: VoidManyDto): Promise<VoidResultsView> {
    const results = await this.voiding.each(couponIds, { reason, returned });
    return { results: results.map(VoidResultView.of) };
  }
}
