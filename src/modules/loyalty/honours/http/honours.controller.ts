import { Body, Controller, Get, Post } from '@nestjs/common';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { honoursErrors } from '../honours.errors.js';
import { ShowHonours } from '../queries/show-honours.js';
import { DefineHonours } from '../use-cases/define-honours.js';
import { HONOUR_ID_PREFIX, HonourDto, HonoursView, HonourView } from './honours.views.js';

const { program_not_found } = loyaltyErrors;
const { honour_not_found } = honoursErrors;

@Controller('v1/loyalty')
export class HonoursController {
  constructor(
    private readonly programs: Programs,
    private readonly defining: DefineHonours,
    private readonly honours: ShowHonours,
  ) {}

  @Post('programs/:id/honours')
  @Endpoint({
    id: 'loyalty.define_honour',
    summary: { en: 'Define a medal, a title or a privilege', zh: '定义勋章、头衔或特权' },
    description: {
      en: 'Members get it by its rule, from people, from benefits and from levels and boards, at most once in each of its periods. What is defined stays as it is: end it and define another.',
      zh: '会员可通过规则、人工授予、权益兑换、等级或榜单获得，每个周期最多一次。定义后不可修改：请停用后重新定义。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: HonourView,
    errors: [
      program_not_found,
      honoursErrors.honour_rule_invalid,
      honoursErrors.honour_key_taken,
      honoursErrors.honours_full,
    ],
  })
  async define(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
    @Body() body: HonourDto,
  ): Promise<HonourView> {
    return HonourView.of(await this.defining.define(programId, HonourDto.contentOf(body)));
  }

  @Get('programs/:id/honours')
  @Endpoint({
    id: 'loyalty.list_honours',
    summary: { en: 'List the honours of a program', zh: '会员计划的荣誉列表' },
    scope: 'loyalty:read',
    response: HonoursView,
    errors: [program_not_found],
  })
  async list(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
  ): Promise<HonoursView> {
    await this.programs.get(programId);
    return { items: (await this.honours.listOf(programId)).map((honour) => HonourView.of(honour)) };
  }

  @Post('programs/:id/honours/presets')
  @Endpoint({
    id: 'loyalty.define_preset_honours',
    summary: { en: 'Define the usual honours', zh: '一键创建常用荣誉' },
    description: {
      en: 'A medal for each of the levels bronze, silver, gold and platinum, the verified mark from gold on, and medals for streaks of 7 and 30 days. Where a key is taken, what stands there stays.',
      zh: '青铜、白银、黄金、铂金四级勋章，黄金起的大V认证，以及连续签到 7 天与 30 天勋章。键名已存在的保持不变。',
    },
    scope: 'loyalty:write',
    response: HonoursView,
    errors: [program_not_found, honoursErrors.honours_full],
  })
  async definePresets(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
  ): Promise<HonoursView> {
    await this.defining.definePresets(programId);
    return this.list(programId);
  }

  @Get('honours/:id')
  @Endpoint({
    id: 'loyalty.get_honour',
    summary: { en: 'Get one honour', zh: '查询一个荣誉' },
    scope: 'loyalty:read',
    response: HonourView,
    errors: [honour_not_found],
  })
  async get(@PublicIdParam('id', HONOUR_ID_PREFIX, honour_not_found) id: string): Promise<HonourView> {
    return HonourView.of(await this.honours.get(id));
  }

  @Post('honours/:id/end')
  @Endpoint({
    id: 'loyalty.end_honour',
    summary: { en: 'Grant an honour no more; whoever has it keeps it', zh: '停止授予荣誉（已获得者保留）' },
    scope: 'loyalty:write',
    response: HonourView,
    errors: [honour_not_found],
  })
  async end(@PublicIdParam('id', HONOUR_ID_PREFIX, honour_not_found) id: string): Promise<HonourView> {
    return HonourView.of(await this.defining.end(id));
  }
}
