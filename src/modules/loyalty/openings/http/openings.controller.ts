import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { openingsErrors } from '../openings.errors.js';
import { ShowOpenings } from '../queries/show-openings.js';
import { Openings } from '../use-cases/openings.js';
import {
  OPENING_ID_PREFIX,
  OpeningDto,
  OpeningRefusalView,
  OpeningRowDto,
  OpeningRowsDto,
  OpeningStartDto,
  OpeningView,
  StagingResultsView,
} from './openings.views.js';

const { opening_not_found, opening_state, opening_full } = openingsErrors;

@Controller('v1/loyalty/openings')
export class OpeningsController {
  constructor(
    private readonly openings: Openings,
    private readonly shown: ShowOpenings,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'loyalty.create_opening',
    summary: { en: 'Begin an import of opening balances', zh: '新建期初余额导入' },
    description: {
      en: 'Say how many rows and points will come; then send the rows in parts, try it (dryRun), look at the refusals, and start it. A row is booked once in the program by its key, whatever import brings it. The whole import can be reversed until something else is posted on one of its accounts.',
      zh: '先给出控制总数（行数与积分合计），随后分批上传，先试运行（dryRun）并查看被拒行，再正式导入。每行按 key 在计划内只入账一次；在相关账户发生其他积分变动之前，可整体撤销。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: OpeningView,
    errors: [loyaltyErrors.program_not_found],
  })
  async create(@Body() { programId, name, rows, points }: OpeningDto): Promise<OpeningView> {
    return OpeningView.of(
      await this.openings.create({ programId, name, expectedRows: rows, expectedPoints: points }),
    );
  }

  @Post(':id/rows')
  @Endpoint({
    id: 'loyalty.stage_opening_rows',
    summary: { en: 'Send rows of opening balances', zh: '上传期初余额行' },
    description: {
      en: 'At most 1,000 a call, each with a result. Nothing is booked yet. The same row again changes nothing.',
      zh: '每次最多 1000 行，逐行返回结果；此时尚未入账。重复上传相同的行不产生影响。',
    },
    scope: 'loyalty:write',
    response: StagingResultsView,
    errors: [opening_not_found, opening_state, opening_full],
  })
  async stage(
    @PublicIdParam('id', OPENING_ID_PREFIX, opening_not_found) id: string,
    @Body() body: OpeningRowsDto,
  ): Promise<StagingResultsView> {
    return { results: await this.openings.stage(id, body.rows.map(OpeningRowDto.read)) };
  }

  @Post(':id/start')
  @Endpoint({
    id: 'loyalty.start_opening',
    summary: { en: 'Book opening balances, or try it', zh: '期初余额入账或试运行' },
    scope: 'loyalty:approve',
    status: 202,
    response: OpeningView,
    errors: [
      opening_not_found,
      opening_state,
      openingsErrors.opening_sums_differ,
      operationsErrors.already_running,
    ],
  })
  async start(
    @PublicIdParam('id', OPENING_ID_PREFIX, opening_not_found) id: string,
    @Body() { dryRun }: OpeningStartDto,
  ): Promise<OpeningView> {
    return OpeningView.of(await this.openings.start(id, dryRun));
  }

  @Post(':id/reverse')
  @Endpoint({
    id: 'loyalty.reverse_opening',
    summary: { en: 'Reverse an import of opening balances as a whole', zh: '整体撤销期初余额导入' },
    description: {
      en: 'Its operation fails with `loyalty.opening_used`, and nothing is changed, when anything else was posted or is held on one of the accounts since.',
      zh: '若任一相关账户此后有其他积分变动或冻结，任务以 `loyalty.opening_used` 失败，且不做任何更改。',
    },
    scope: 'loyalty:approve',
    status: 202,
    response: OpeningView,
    errors: [opening_not_found, opening_state, operationsErrors.already_running],
  })
  async reverse(@PublicIdParam('id', OPENING_ID_PREFIX, opening_not_found) id: string): Promise<OpeningView> {
    return OpeningView.of(await this.openings.reverse(id));
  }

  @Get()
  @Endpoint({
    id: 'loyalty.list_openings',
    summary: { en: 'List imports of opening balances, the newest first', zh: '期初余额导入列表（新的在前）' },
    scope: 'loyalty:read',
    response: pageOf(OpeningView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<OpeningView>> {
    return keysetPage(this.cursors, {
      name: 'loyalty-openings',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: OpeningView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_opening',
    summary: { en: 'Get an import of opening balances', zh: '查询一次期初余额导入' },
    scope: 'loyalty:read',
    response: OpeningView,
    errors: [opening_not_found],
  })
  async get(@PublicIdParam('id', OPENING_ID_PREFIX, opening_not_found) id: string): Promise<OpeningView> {
    return OpeningView.of(await this.shown.get(id));
  }

  @Get(':id/refusals')
  @Endpoint({
    id: 'loyalty.list_opening_refusals',
    summary: { en: 'List rows that were not booked, and why', zh: '未入账的行及原因' },
    scope: 'loyalty:read',
    response: pageOf(OpeningRefusalView),
    errors: [opening_not_found, httpErrors.cursor_invalid],
  })
  refusals(
    @PublicIdParam('id', OPENING_ID_PREFIX, opening_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<OpeningRefusalView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-opening-refusals ${id}`,
      query,
      read: (after: { number: number } | undefined, limit) =>
        this.shown.listRefused(id, after?.number ?? 0, limit),
      keyOf: ({ number }) => ({ number }),
      viewOf: OpeningRefusalView.of,
    });
  }
}
