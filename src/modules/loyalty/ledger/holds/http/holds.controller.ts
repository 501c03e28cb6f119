import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../../loyalty.errors.js';
import { holdsErrors } from '../holds.errors.js';
import { ShowHolds } from '../queries/show-holds.js';
import { Holds } from '../use-cases/holds.js';
import { ResolveHold } from '../use-cases/resolve-hold.js';
import { HOLD_ID_PREFIX, HoldDto, HoldPostDto, HoldsQuery, HoldView } from './holds.views.js';

const { hold_not_found, hold_resolved } = holdsErrors;

@Controller('v1/loyalty/holds')
export class HoldsController {
  constructor(
    private readonly holds: Holds,
    private readonly resolving: ResolveHold,
    private readonly shown: ShowHolds,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'loyalty.create_hold',
    summary: { en: 'Reserve points for a while', zh: '预占积分' },
    description: {
      en: 'Takes what expires first from all accounts of the person. These very points are neither spent nor expired until the hold is posted, voided or ends by itself.',
      zh: '从同一人的所有账户中优先预占最早到期的积分。在扣减、释放或到期之前，这些积分不会被消耗，也不会过期。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: HoldView,
    errors: [
      loyaltyErrors.program_not_found,
      loyaltyErrors.program_ended,
      loyaltyErrors.wallet_not_found,
      loyaltyErrors.wallet_not_spendable,
      loyaltyErrors.customer_not_found,
      loyaltyErrors.member_frozen,
      loyaltyErrors.points_insufficient,
      loyaltyErrors.key_reused,
      holdsErrors.hold_expiry_invalid,
    ],
  })
  async create(@Body() body: HoldDto): Promise<HoldView> {
    return HoldView.of(await this.holds.create(body));
  }

  @Post(':id/post')
  @Endpoint({
    id: 'loyalty.post_hold',
    summary: { en: 'Spend what a hold reserves, all or a part', zh: '扣减预占的积分（全部或部分）' },
    scope: 'loyalty:write',
    response: HoldView,
    errors: [
      hold_not_found,
      hold_resolved,
      holdsErrors.hold_exceeds,
      loyaltyErrors.member_frozen,
      loyaltyErrors.key_reused,
    ],
  })
  async post(
    @PublicIdParam('id', HOLD_ID_PREFIX, hold_not_found) id: string,
    @Body() { amount }: HoldPostDto,
  ): Promise<HoldView> {
    return HoldView.of(await this.resolving.post(id, amount));
  }

  @Post(':id/void')
  @Endpoint({
    id: 'loyalty.void_hold',
    summary: { en: 'Set the points of a hold free', zh: '释放预占的积分' },
    scope: 'loyalty:write',
    response: HoldView,
    errors: [hold_not_found, hold_resolved],
  })
  async void(@PublicIdParam('id', HOLD_ID_PREFIX, hold_not_found) id: string): Promise<HoldView> {
    return HoldView.of(await this.resolving.void(id));
  }

  @Get()
  @Endpoint({
    id: 'loyalty.list_holds',
    summary: { en: 'List holds, the newest first', zh: '积分预占列表（新的在前）' },
    scope: 'loyalty:read',
    response: pageOf(HoldView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: HoldsQuery): Promise<Page<HoldView>> {
    return keysetPage(this.cursors, {
      name: 'loyalty-holds',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: HoldView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_hold',
    summary: { en: 'Get a hold', zh: '查询一笔积分预占' },
    scope: 'loyalty:read',
    response: HoldView,
    errors: [hold_not_found],
  })
  async get(@PublicIdParam('id', HOLD_ID_PREFIX, hold_not_found) id: string): Promise<HoldView> {
    return HoldView.of(await this.shown.get(id));
  }
}
