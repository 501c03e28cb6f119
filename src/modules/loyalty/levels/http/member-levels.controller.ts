import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { MEMBER_ID_PREFIX } from '../../programs/domain/program.js';
import { levelsErrors } from '../levels.errors.js';
import { ShowLevels } from '../queries/show-levels.js';
import { ShowPast } from '../queries/show-past.js';
import { Levels } from '../use-cases/levels.js';
import {
  LevelGrantView,
  LevelIntervalView,
  LevelLockDto,
  LevelUnlockDto,
  MemberLevelView,
} from './member-level.views.js';

const { member_not_found } = loyaltyErrors;
const { levels_inactive, level_not_found, level_not_locked, lock_until_past } = levelsErrors;

@Controller('v1/loyalty/members/:id/level')
export class MemberLevelsController {
  constructor(
    private readonly levels: Levels,
    private readonly shown: ShowLevels,
    private readonly past: ShowPast,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'loyalty.get_member_level',
    summary: {
      en: "Get a member's level, and what the next one takes",
      zh: '查询会员等级及升级、保级所差成长值',
    },
    scope: 'loyalty:read',
    response: MemberLevelView,
    errors: [member_not_found, levels_inactive],
  })
  async get(@PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string): Promise<MemberLevelView> {
    return MemberLevelView.of(await this.shown.get(id));
  }

  @Get('history')
  @Endpoint({
    id: 'loyalty.list_level_history',
    summary: {
      en: "List the intervals of a member's levels, the newest first",
      zh: '会员等级历史（新的在前）',
    },
    scope: 'loyalty:read',
    response: pageOf(LevelIntervalView),
    errors: [member_not_found, httpErrors.cursor_invalid],
  })
  history(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<LevelIntervalView>> {
    return keysetPage(this.cursors, {
      name: `level-history ${id}`,
      query,
      read: (before: { startedAt: string } | undefined, limit) => this.past.history(id, before, limit),
      keyOf: ({ startedAt }) => ({ startedAt: startedAt.toISOString() }),
      viewOf: LevelIntervalView.of,
    });
  }

  @Get('benefits')
  @Endpoint({
    id: 'loyalty.list_level_benefits',
    summary: { en: "List what a member's levels have brought", zh: '会员等级权益发放记录' },
    scope: 'loyalty:read',
    response: pageOf(LevelGrantView),
    errors: [member_not_found, httpErrors.cursor_invalid],
  })
  benefits(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<LevelGrantView>> {
    return keysetPage(this.cursors, {
      name: `level-benefits ${id}`,
      query,
      read: (after: { level: string; benefit: string; period: string } | undefined, limit) =>
        this.past.grants(id, after, limit),
      keyOf: ({ level, benefit, period }) => ({ level, benefit, period }),
      viewOf: LevelGrantView.of,
    });
  }

  @Post('lock')
  @Endpoint({
    id: 'loyalty.lock_level',
    summary: { en: "Set and lock a member's level by hand", zh: '人工设定并锁定会员等级' },
    description: {
      en: 'Scores and periods change nothing until it is unlocked; then a new period begins.',
      zh: '锁定期间成长值与周期均不改变等级；解锁后开始新的周期。',
    },
    scope: 'loyalty:write',
    response: MemberLevelView,
    errors: [member_not_found, levels_inactive, level_not_found, lock_until_past],
  })
  async lock(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Body() { level, reason, until = null }: LevelLockDto,
  ): Promise<MemberLevelView> {
    await this.levels.lock(id, { level, reason, until });
    return MemberLevelView.of(await this.shown.get(id));
  }

  @Post('unlock')
  @Endpoint({
    id: 'loyalty.unlock_level',
    summary: { en: "Unlock a member's level", zh: '解锁会员等级' },
    scope: 'loyalty:write',
    response: MemberLevelView,
    errors: [member_not_found, levels_inactive, level_not_locked],
  })
  async unlock(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Body() { reason }: LevelUnlockDto,
  ): Promise<MemberLevelView> {
    await this.levels.unlock(id, reason);
    return MemberLevelView.of(await this.shown.get(id));
  }
}
