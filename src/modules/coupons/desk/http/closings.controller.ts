import { Controller, Get, Param, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { redemptionErrors } from '../../redemption/redemption.errors.js';
import { deskErrors } from '../desk.errors.js';
import { ShowClosings } from '../queries/show-closings.js';
import { Desk } from '../use-cases/desk.js';
import { ClosingView } from './closings.views.js';

const { store_of_others, closing_not_found } = deskErrors;
const { store_unknown } = redemptionErrors;

@Controller('v1/coupons/desk/:store/closings')
export class ClosingsController {
  constructor(
    private readonly desk: Desk,
    private readonly closings: ShowClosings,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'coupons.list_closings',
    summary: {
      en: 'List the daily closings of a store, the newest first',
      zh: '门店日结报表列表（新的在前）',
    },
    description: {
      en: "A day of the store's time zone is closed a quarter of an hour after its end and never changes after that: what a desk tells late counts on the day on which it tells it.",
      zh: '按门店时区，每日结束 15 分钟后自动日结，之后不再变化；离线补核销计入补报当日。',
    },
    scope: ['coupons:redeem', 'coupons:read'],
    withinStores: true,
    response: pageOf(ClosingView),
    errors: [store_of_others, store_unknown, httpErrors.cursor_invalid],
  })
  async list(
    @Param('store') code: string,
    @Query() query: PageQuery,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<Page<ClosingView>> {
    const store = await this.desk.storeOf({ key, store: code });
    return keysetPage(this.cursors, {
      name: `coupons-closings:${store.id}`,
      query,
      read: (after: { day: string } | undefined, limit) => this.closings.list(store, after, limit),
      keyOf: ({ day }) => ({ day }),
      viewOf: ClosingView.of,
    });
  }

  @Get(':day')
  @Endpoint({
    id: 'coupons.get_closing',
    summary: {
      en: 'The closing of a day, or what there is up to now',
      zh: '某日日结报表（未日结时为实时数据）',
    },
    scope: ['coupons:redeem', 'coupons:read'],
    withinStores: true,
    response: ClosingView,
    errors: [store_of_others, store_unknown, closing_not_found],
  })
  async get(
    @Param('store') code: string,
    @Param('day') day: string,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<ClosingView> {
    return ClosingView.of(await this.closings.get(await this.desk.storeOf({ key, store: code }), day));
  }
}
