import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { LEVEL_TABLE_ID_PREFIX } from '../domain/level-table.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { OperationView } from '../../../../platform/operations/operation.view.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { levelsErrors } from '../levels.errors.js';
import { ShowLevels } from '../queries/show-levels.js';
import { ShowTables } from '../queries/show-tables.js';
import { ActivateTable } from '../use-cases/activate-table.js';
import { MakeTable } from '../use-cases/make-table.js';
import { ActivationDto, LevelTableDto, rulesOf } from './level-table.dto.js';
import { LevelTableView, WhatIfView } from './level-table.views.js';

const { level_table_not_found } = levelsErrors;
const { program_not_found } = loyaltyErrors;

@Controller('v1/loyalty')
export class LevelTablesController {
  constructor(
    private readonly making: MakeTable,
    private readonly activating: ActivateTable,
    private readonly tables: ShowTables,
    private readonly levels: ShowLevels,
    private readonly operations: Operations,
    private readonly cursors: Cursors,
  ) {}

  @Post('programs/:id/level-tables')
  @Endpoint({
    id: 'loyalty.create_level_table',
    summary: { en: 'Draft a version of the level table', zh: '新建等级表版本（草稿）' },
    description: {
      en: 'Without a body: bronze, silver, gold, platinum. The content never changes; it is in force once activated.',
      zh: '请求体留空即为青铜、白银、黄金、铂金。内容不可更改，启用后生效。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: LevelTableView,
    errors: [program_not_found, levelsErrors.level_table_invalid, levelsErrors.level_tables_full],
  })
  async create(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
    @Body() body: LevelTableDto,
  ): Promise<LevelTableView> {
    return LevelTableView.of(await this.tables.get(await this.making.make(programId, rulesOf(body))));
  }

  @Get('programs/:id/level-tables')
  @Endpoint({
    id: 'loyalty.list_level_tables',
    summary: { en: 'List versions of the level table, the newest first', zh: '等级表版本列表（新的在前）' },
    scope: 'loyalty:read',
    response: pageOf(LevelTableView),
    errors: [program_not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) programId: string,
    @Query() query: PageQuery,
  ): Promise<Page<LevelTableView>> {
    return keysetPage(this.cursors, {
      name: `level-tables ${programId}`,
      query,
      read: (before: { version: number } | undefined, limit) => this.tables.list(programId, before, limit),
      keyOf: ({ version }) => ({ version }),
      viewOf: LevelTableView.of,
    });
  }

  @Get('level-tables/:id')
  @Endpoint({
    id: 'loyalty.get_level_table',
    summary: { en: 'Get one version of a level table', zh: '查询等级表版本' },
    scope: 'loyalty:read',
    response: LevelTableView,
    errors: [level_table_not_found],
  })
  async get(
    @PublicIdParam('id', LEVEL_TABLE_ID_PREFIX, level_table_not_found) id: string,
  ): Promise<LevelTableView> {
    return LevelTableView.of(await this.tables.get(id));
  }

  @Post('level-tables/:id/what-if')
  @Endpoint({
    id: 'loyalty.what_if_level_table',
    summary: { en: 'Count who would rise and fall under a version', zh: '试算启用后的升降级人数' },
    description: {
      en: 'Exact over all members of the program; nothing is written.',
      zh: '对计划全部会员精确计数，不写入任何数据。',
    },
    scope: 'loyalty:read',
    search: true,
    response: WhatIfView,
    errors: [level_table_not_found],
  })
  async whatIf(
    @PublicIdParam('id', LEVEL_TABLE_ID_PREFIX, level_table_not_found) id: string,
    @Body() { downgradesNow }: ActivationDto,
  ): Promise<WhatIfView> {
    return WhatIfView.of(await this.levels.whatIf(id, downgradesNow));
  }

  @Post('level-tables/:id/activate')
  @Endpoint({
    id: 'loyalty.activate_level_table',
    summary: { en: 'Put a version in force and re-level all members', zh: '启用等级表并重新定级' },
    description: {
      en: 'New scores are judged by it at once; an operation brings all members to it. Once more for the active version goes on where a cancelled run stopped.',
      zh: '新的成长值立即按此版本判定；全部会员由后台任务重新定级。对已启用的版本再次调用，将从被取消处继续。',
    },
    scope: 'loyalty:write',
    status: 202,
    response: OperationView,
    errors: [level_table_not_found, levelsErrors.level_table_retired, operationsErrors.already_running],
  })
  async activate(
    @PublicIdParam('id', LEVEL_TABLE_ID_PREFIX, level_table_not_found) id: string,
    @Body() { downgradesNow }: ActivationDto,
  ): Promise<OperationView> {
    return OperationView.of(await this.operations.get(await this.activating.activate(id, downgradesNow)));
  }
}
