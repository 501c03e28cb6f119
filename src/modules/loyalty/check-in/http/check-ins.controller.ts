import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { exchangeErrors } from '../../exchange/exchange.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { checkInErrors } from '../check-in.errors.js';
import { ShowCheckIns } from '../queries/show-check-ins.js';
import { CheckInCustomers } from '../use-cases/check-in.js';
import { SetUpCheckIn } from '../use-cases/set-up-check-in.js';
import { CheckInSettingsDto, CheckInSettingsView } from './check-in-settings.views.js';
import { CheckInDto, CheckInView, DayView } from './check-ins.views.js';
import { ShareCardView } from './share-card.views.js';

const { program_not_found, member_not_found } = loyaltyErrors;
const { check_in_not_offered } = checkInErrors;

@Controller('v1/loyalty')
export class CheckInsController {
  constructor(
    private readonly checking: CheckInCustomers,
    private readonly settingUp: SetUpCheckIn,
    private readonly shown: ShowCheckIns,
    private readonly cursors: Cursors,
  ) {}

  @Post('check-ins')
  @Endpoint({
    id: 'loyalty.check_in',
    summary: { en: 'Check a customer in for today', zh: '客户每日签到' },
    description: {
      en: "One a person and day of the program's time zone, whichever of his customers it is: the second one answers what the first one got, with `repeated`. A streak lives until the end of the day after its last.",
      zh: '同一人（含已合并客户）在计划时区内每天一次：重复签到返回首次结果，并标记 `repeated`。连续签到在最后一次签到的次日结束前有效。',
    },
    scope: 'loyalty:write',
    response: CheckInView,
    errors: [
      program_not_found,
      check_in_not_offered,
      loyaltyErrors.customer_not_found,
      loyaltyErrors.program_ended,
    ],
  })
  async checkIn(@Body() { customerId, programId }: CheckInDto): Promise<CheckInView> {
    return CheckInView.ofResult(await this.checking.checkIn(customerId, programId));
  }

  @Put('programs/:id/check-in')
  @Endpoint({
    id: 'loyalty.set_up_check_in',
    summary: { en: 'Offer check-ins and say what they give', zh: '开启并设置签到奖励' },
    description: {
      en: 'An empty body gives +2 a day and 10 more after seven days in a row. A milestone is given once a streak, a new one at the next check-in that reaches it.',
      zh: '空请求体即采用预设：每天 +2，连续 7 天额外 +10。每段连续签到中每个里程碑发放一次；新增的里程碑在下次达标签到时发放。',
    },
    scope: 'loyalty:write',
    response: CheckInSettingsView,
    errors: [program_not_found, exchangeErrors.benefit_not_found, checkInErrors.check_in_invalid],
  })
  async setUp(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
    @Body() body: CheckInSettingsDto,
  ): Promise<CheckInSettingsView> {
    return CheckInSettingsView.of(await this.settingUp.set(CheckInSettingsDto.settingsOf(programId, body)));
  }

  @Get('programs/:id/check-in')
  @Endpoint({
    id: 'loyalty.get_check_in_settings',
    summary: { en: 'Get what check-ins give', zh: '查询签到设置' },
    scope: 'loyalty:read',
    response: CheckInSettingsView,
    errors: [program_not_found, check_in_not_offered],
  })
  async settings(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
  ): Promise<CheckInSettingsView> {
    return CheckInSettingsView.of(await this.shown.settingsOf(programId));
  }

  @Delete('programs/:id/check-in')
  @Endpoint({
    id: 'loyalty.end_check_in',
    summary: { en: 'Offer no check-ins any more; what was given stays', zh: '关闭签到（已发放的保留）' },
    scope: 'loyalty:write',
    status: 204,
    errors: [program_not_found],
  })
  async remove(@PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string): Promise<void> {
    await this.settingUp.remove(programId);
  }

  @Get('members/:id/check-ins')
  @Endpoint({
    id: 'loyalty.list_check_ins',
    summary: {
      en: 'List the days on which a member checked in, the newest first',
      zh: '会员签到记录（新的在前）',
    },
    scope: 'loyalty:read',
    response: pageOf(DayView),
    errors: [member_not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<DayView>> {
    return keysetPage(this.cursors, {
      name: `check-ins ${id}`,
      query,
      read: (after: { day: string } | undefined, limit) => this.shown.listOf(id, after?.day, limit),
      keyOf: ({ day }) => ({ day }),
      viewOf: DayView.of,
    });
  }

  @Get('members/:id/share-card')
  @Endpoint({
    id: 'loyalty.get_share_card',
    summary: { en: 'Get what a card for sharing shows', zh: '打卡分享卡片数据' },
    description: {
      en: 'Of a person nothing but the display name; without ids.',
      zh: '除显示名外不含任何个人信息，也不含任何 ID。',
    },
    scope: 'loyalty:read',
    response: ShareCardView,
    errors: [member_not_found],
  })
  async shareCard(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
  ): Promise<ShareCardView> {
    return ShareCardView.of(await this.shown.shareCard(id));
  }
}
