import { Controller, Get, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { boardsErrors } from '../boards.errors.js';
import { BOARD_ID_PREFIX } from '../domain/board.js';
import { type CorrectionKey, ListBoards } from '../queries/list-boards.js';
import { ShowBoards } from '../queries/show-boards.js';
import {
  BoardPeriodView,
  CorrectionsQuery,
  CorrectionView,
  RankQuery,
  RankView,
  TopQuery,
  TopView,
} from './standings.views.js';

const { board_not_found, board_period_not_found, board_member_not_found, board_group_not_found } =
  boardsErrors;

@Controller('v1/loyalty/boards/:id')
export class StandingsController {
  constructor(
    private readonly boards: ShowBoards,
    private readonly lists: ListBoards,
    private readonly cursors: Cursors,
  ) {}

  @Get('top')
  @Endpoint({
    id: 'loyalty.top_of_board',
    summary: { en: 'Who leads a leaderboard', zh: '排行榜前列' },
    description: {
      en: 'Of a closed period the ranks with their prizes. Of equal points whoever had them first leads, then the smaller id.',
      zh: '已结束的期间返回最终名次与奖品。积分相同者，先达到者在前，再按编号排序。',
    },
    scope: 'loyalty:read',
    response: TopView,
    errors: [board_not_found, board_period_not_found, board_group_not_found],
  })
  async top(
    @PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string,
    @Query() query: TopQuery,
  ): Promise<TopView> {
    const shown = await this.boards.show(id, query.period);
    return TopView.of(shown, await this.boards.top(shown, query.limit, query.groupChatId));
  }

  @Get('rank')
  @Endpoint({
    id: 'loyalty.rank_on_board',
    summary: { en: 'Where a customer stands on a leaderboard', zh: '客户在排行榜中的名次' },
    scope: 'loyalty:read',
    response: RankView,
    errors: [board_not_found, board_period_not_found, board_member_not_found, board_group_not_found],
  })
  async rank(
    @PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string,
    @Query() query: RankQuery,
  ): Promise<RankView> {
    const shown = await this.boards.show(id, query.period);
    return RankView.of(shown, await this.boards.placeOf(shown, query.customerId, query.groupChatId));
  }

  @Get('periods')
  @Endpoint({
    id: 'loyalty.list_board_periods',
    summary: {
      en: 'List the periods of a leaderboard, the newest first',
      zh: '排行榜各期间列表（最新在前）',
    },
    scope: 'loyalty:read',
    response: pageOf(BoardPeriodView),
    errors: [board_not_found, httpErrors.cursor_invalid],
  })
  periods(
    @PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<BoardPeriodView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-board-periods:${id}`,
      query,
      read: (before: { startsAt: string } | undefined, limit) => this.lists.periods(id, before, limit),
      keyOf: ({ startsAt }) => ({ startsAt: startsAt.toISOString() }),
      viewOf: BoardPeriodView.of,
    });
  }

  @Get('corrections')
  @Endpoint({
    id: 'loyalty.list_board_corrections',
    summary: { en: 'List what came too late for a closed period', zh: '已结束期间的事后更正列表' },
    description: {
      en: 'The standings of a closed period do not change; whoever gives prizes can look here first.',
      zh: '已结束期间的名次不再变动；发放奖品前可在此核对。',
    },
    scope: 'loyalty:read',
    response: pageOf(CorrectionView),
    errors: [board_not_found, board_period_not_found, httpErrors.cursor_invalid],
  })
  async corrections(
    @PublicIdParam('id', BOARD_ID_PREFIX, board_not_found) id: string,
    @Query() query: CorrectionsQuery,
  ): Promise<Page<CorrectionView>> {
    const { period } = await this.boards.show(id, query.period);
    return keysetPage(this.cursors, {
      name: `loyalty-board-corrections:${id}`,
      query,
      read: (after: CorrectionKey | undefined, limit) => this.lists.corrections(period.id, after, limit),
      keyOf: ({ accountId, seq, earningSeq }) => ({ accountId, seq, earningSeq }),
      viewOf: CorrectionView.of,
    });
  }
}
