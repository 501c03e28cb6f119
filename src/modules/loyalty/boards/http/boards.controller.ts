import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { boardsErrors } from '../boards.errors.js';
import { BOARD_ID_PREFIX } from '../domain/board.js';
import { ListBoards } from '../queries/list-boards.js';
import { KeepBoards } from '../use-cases/keep-boards.js';
import { BoardChangesDto, BoardsQuery, BoardView, NewBoardDto } from './boards.views.js';

const { board_not_found, board_prizes_invalid } = boardsErrors;

@Controller('v1/loyalty/boards')
export class BoardsController {
  constructor(
    private readonly boards: KeepBoards,
    private readonly lists: ListBoards,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'loyalty.list_boards',
    summary: { en: 'List leaderboards', zh: '排行榜列表' },
    scope: 'loyalty:read',
    response: pageOf(BoardView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: BoardsQuery): Promise<Page<BoardView>> {
    return keysetPage(this.cursors, {
      name: 'loyalty-boards',
      query,
      read: (after: { id: string } | undefined, limit) => this.lists.boards(query.programId, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: BoardView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_board',
    summary: { en: 'Get one leaderboard', zh: '查询一个排行榜' },
    scope: 'loyalty:read',
    response: BoardView,
    errors: [board_not_found],
  })
  async get(@PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string): Promise<BoardView> {
    return BoardView.of(await this.boards.get(id));
  }

  @Post()
  @Endpoint({
    id: 'loyalty.create_board',
    summary: { en: 'Make a leaderboard', zh: '创建排行榜' },
    description: {
      en: 'It counts what members earn from now on; what is taken back or expires unused is taken off again. Spending changes nothing.',
      zh: '从创建时起统计会员获得的积分；被冲正或未使用即过期的部分会扣除，消费不影响排名。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: BoardView,
    errors: [
      loyaltyErrors.program_not_found,
      loyaltyErrors.wallet_not_found,
      boardsErrors.board_incomplete,
      boardsErrors.board_time_invalid,
      boardsErrors.board_rule_unknown,
      boardsErrors.boards_too_many,
      board_prizes_invalid,
    ],
  })
  async create(@Body() body: NewBoardDto): Promise<BoardView> {
    return BoardView.of(await this.boards.create(body));
  }

  @Patch(':id')
  @Endpoint({
    id: 'loyalty.change_board',
    summary: { en: 'Change names, winners or prizes of a leaderboard', zh: '修改排行榜名称、名次数或奖品' },
    description: {
      en: 'Results of closed periods stay as they are.',
      zh: '已结束期间的结果不受影响。',
    },
    scope: 'loyalty:write',
    response: BoardView,
    errors: [board_not_found, board_prizes_invalid],
  })
  async change(
    @PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string,
    @Body() body: BoardChangesDto,
  ): Promise<BoardView> {
    return BoardView.of(await this.boards.change(id, body));
  }

  @Delete(':id')
  @Endpoint({
    id: 'loyalty.end_board',
    summary: { en: 'End a leaderboard', zh: '结束排行榜' },
    description: {
      en: 'Closes its present period now, with results; it stays readable.',
      zh: '立即结束当前期间并产生结果，之后仍可查询。',
    },
    scope: 'loyalty:write',
    status: 204,
    errors: [board_not_found],
  })
  async end(@PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string): Promise<void> {
    await this.boards.end(id);
  }
}
