import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PROGRAM_ID_PREFIX } from '../domain/program.js';
import { Programs } from '../queries/programs.js';
import { ChangePrograms } from '../use-cases/change-programs.js';
import { ProgramDto, ProgramView, WalletContentDto, walletOf } from './programs.views.js';

const { program_not_found, program_exists, programs_full, time_zone_unknown, wallet_exists } = loyaltyErrors;

@Controller('v1/loyalty/programs')
export class ProgramsController {
  constructor(
    private readonly programs: Programs,
    private readonly changes: ChangePrograms,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'loyalty.create_program',
    summary: { en: 'Create a points program', zh: '创建积分计划' },
    description: {
      en: 'A corp that needs one only creates none: the program `default` is there from the first use on.',
      zh: '只需一个计划的企业无需创建：`default` 计划在首次使用时自动生成。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: ProgramView,
    errors: [program_exists, programs_full, time_zone_unknown, wallet_exists],
  })
  async create(@Body() { wallets = [], timeZone, ...program }: ProgramDto): Promise<ProgramView> {
    const made = await this.changes.create({
      ...program,
      timeZone,
      wallets: wallets.map((wallet) => walletOf(wallet.key, wallet)),
    });
    return ProgramView.of(made);
  }

  @Get()
  @Endpoint({
    id: 'loyalty.list_programs',
    summary: { en: 'List points programs', zh: '积分计划列表' },
    scope: 'loyalty:read',
    response: pageOf(ProgramView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<ProgramView>> {
    return keysetPage(this.cursors, {
      name: 'loyalty-programs',
      query,
      read: (after: { id: string } | undefined, limit) => this.programs.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: ProgramView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_program',
    summary: { en: 'Get one points program with its wallets', zh: '查询积分计划及其账户类型' },
    scope: 'loyalty:read',
    response: ProgramView,
    errors: [program_not_found],
  })
  async get(@PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string): Promise<ProgramView> {
    return ProgramView.of(await this.programs.get(id));
  }

  @Put(':id/wallets/:key')
  @Endpoint({
    id: 'loyalty.put_wallet',
    summary: {
      en: 'Make a wallet of a program, or change how its points expire',
      zh: '新增账户类型或修改其到期方式',
    },
    description: {
      en: 'Points that are there keep their expiry. A wallet keeps its kind.',
      zh: '已有积分的到期时间不变。账户类型的 kind 不可修改。',
    },
    scope: 'loyalty:write',
    response: ProgramView,
    errors: [program_not_found, loyaltyErrors.wallet_not_found, loyaltyErrors.wallets_full],
  })
  async putWallet(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
    @Param('key') key: string,
    @Body() body: WalletContentDto,
  ): Promise<ProgramView> {
    if (!/^[a-z][a-z0-9_-]{0,63}$/.test(key)) throw loyaltyErrors.wallet_not_found();
    return ProgramView.of(await this.changes.putWallet(id, walletOf(key, body)));
  }

  @Post(':id/end')
  @Endpoint({
    id: 'loyalty.end_program',
    summary: { en: 'End a points program', zh: '结束积分计划' },
    description: {
      en: 'Nothing is earned or spent in it any more; what was booked stays, can be read and be reversed.',
      zh: '结束后不再发放或消耗积分；已入账的积分保留，可查询、可冲正。',
    },
    scope: 'loyalty:write',
    response: ProgramView,
    errors: [program_not_found],
  })
  async end(@PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string): Promise<ProgramView> {
    return ProgramView.of(await this.changes.end(id));
  }
}
