import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { honoursErrors } from '../../honours/honours.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { exchangeErrors } from '../exchange.errors.js';
import { ShowExchanges } from '../queries/show-exchanges.js';
import { ExchangeBenefits } from '../use-cases/exchange-benefits.js';
import { FulfilExchanges } from '../use-cases/fulfil-exchanges.js';
import {
  CancelExchangeDto,
  EXCHANGE_ID_PREFIX,
  ExchangeDto,
  ExchangesQuery,
  ExchangeView,
  ShipDto,
} from './exchanges.views.js';

const { exchange_not_found, exchange_state } = exchangeErrors;

@Controller('v1/loyalty/exchanges')
export class ExchangesController {
  constructor(
    private readonly exchanging: ExchangeBenefits,
    private readonly fulfilling: FulfilExchanges,
    private readonly shown: ShowExchanges,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'loyalty.exchange',
    summary: { en: 'Exchange points for a benefit', zh: '积分兑换权益' },
    description: {
      en: 'Points are taken and the benefit is given, both or neither. Limits count over all customers that are one person.',
      zh: '扣减积分与发放权益同时成功或同时失败；限兑数量按合并后的同一人计算。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: ExchangeView,
    errors: [
      exchangeErrors.benefit_not_found,
      exchangeErrors.benefit_not_active,
      exchangeErrors.benefit_not_for_points,
      exchangeErrors.benefit_level_too_low,
      exchangeErrors.benefit_limit_reached,
      exchangeErrors.benefit_out_of_stock,
      exchangeErrors.benefit_coupons_unavailable,
      honoursErrors.honour_held,
      honoursErrors.honour_ended,
      loyaltyErrors.customer_not_found,
      loyaltyErrors.points_insufficient,
      loyaltyErrors.member_frozen,
      loyaltyErrors.program_ended,
    ],
  })
  async exchange(@Body() { benefitId, customerId }: ExchangeDto): Promise<ExchangeView> {
    return ExchangeView.of(await this.exchanging.exchange(benefitId, customerId));
  }

  @Get()
  @Endpoint({
    id: 'loyalty.list_exchanges',
    summary: { en: 'List exchanges, the newest first', zh: '兑换记录（新的在前）' },
    scope: 'loyalty:read',
    response: pageOf(ExchangeView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: ExchangesQuery): Promise<Page<ExchangeView>> {
    return keysetPage(this.cursors, {
      name: 'exchanges',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(query, after?.id, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: ExchangeView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_exchange',
    summary: { en: 'Get one exchange', zh: '查询一条兑换记录' },
    scope: 'loyalty:read',
    response: ExchangeView,
    errors: [exchange_not_found],
  })
  async get(@PublicIdParam('id', EXCHANGE_ID_PREFIX, exchange_not_found) id: string): Promise<ExchangeView> {
    return ExchangeView.of(await this.shown.get(id));
  }

  @Post(':id/ship')
  @Endpoint({
    id: 'loyalty.ship_exchange',
    summary: { en: 'Note that a prize was shipped', zh: '奖品已发货' },
    scope: 'loyalty:write',
    response: ExchangeView,
    errors: [exchange_not_found, exchange_state],
  })
  async ship(
    @PublicIdParam('id', EXCHANGE_ID_PREFIX, exchange_not_found) id: string,
    @Body() { trackingNumber }: ShipDto,
  ): Promise<ExchangeView> {
    return ExchangeView.of(await this.fulfilling.ship(id, trackingNumber));
  }

  @Post(':id/deliver')
  @Endpoint({
    id: 'loyalty.deliver_exchange',
    summary: { en: 'Note that a shipped prize arrived', zh: '奖品已送达' },
    scope: 'loyalty:write',
    response: ExchangeView,
    errors: [exchange_not_found, exchange_state],
  })
  async deliver(
    @PublicIdParam('id', EXCHANGE_ID_PREFIX, exchange_not_found) id: string,
  ): Promise<ExchangeView> {
    return ExchangeView.of(await this.fulfilling.deliver(id));
  }

  @Post(':id/cancel')
  @Endpoint({
    id: 'loyalty.cancel_exchange',
    summary: { en: 'Cancel an exchange that was not delivered', zh: '取消兑换' },
    description: {
      en: 'The points go back with the expiry they had, the piece into stock, and what it brought is revoked. A second time changes nothing.',
      zh: '积分按原到期时间退回，库存恢复，已发放的荣誉撤销。重复取消无影响。',
    },
    scope: 'loyalty:write',
    response: ExchangeView,
    errors: [exchange_not_found, exchange_state],
  })
  async cancel(
    @PublicIdParam('id', EXCHANGE_ID_PREFIX, exchange_not_found) id: string,
    @Body() { reason }: CancelExchangeDto,
  ): Promise<ExchangeView> {
    return ExchangeView.of(await this.fulfilling.cancel(id, reason));
  }
}
