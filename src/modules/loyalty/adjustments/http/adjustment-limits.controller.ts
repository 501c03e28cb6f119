import { Body, Controller, Get, Put } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { ShowAdjustments } from '../queries/show-adjustments.js';
import { Adjustments } from '../use-cases/adjustments.js';
import { AdjustmentLimitDto, AdjustmentLimitView } from './adjustments.views.js';

const { program_not_found } = loyaltyErrors;
const PROGRAM_ID_PREFIX = 'prg';

@Controller('v1/loyalty/programs/:id/adjustment-limit')
export class AdjustmentLimitsController {
  constructor(
    private readonly adjustments: Adjustments,
    private readonly shown: ShowAdjustments,
  ) {}

  @Get()
  @Endpoint({
    id: 'loyalty.get_adjustment_limit',
    summary: { en: 'Get what one person may adjust alone on a day', zh: '查询单人每日可调整的积分限额' },
    scope: 'loyalty:read',
    response: AdjustmentLimitView,
    errors: [program_not_found],
  })
  async get(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
  ): Promise<AdjustmentLimitView> {
    return AdjustmentLimitView.of(await this.shown.limitOf(id));
  }

  @Put()
  @Endpoint({
    id: 'loyalty.set_adjustment_limit',
    summary: { en: 'Set what one person may adjust alone on a day', zh: '设置单人每日可调整的积分限额' },
    description: {
      en: 'It holds for the sum of what the owner of a key adjusts alone on one day of the program, so that a large adjustment is not parted into small ones; taking away counts as giving does. It does not hold for whoever set it: his own adjustments always need another owner.',
      zh: '限额按密钥负责人在计划时区内当日自行入账的调整累计，避免拆分大额调整；扣减与发放同样计入。限额对设置者本人不生效：其本人的调整始终须由他人审批。',
    },
    scope: 'loyalty:approve',
    response: AdjustmentLimitView,
    errors: [program_not_found],
  })
  async set(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
    @Body() { points }: AdjustmentLimitDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<AdjustmentLimitView> {
    return AdjustmentLimitView.of(await this.adjustments.setLimit(id, points, owner));
  }
}
