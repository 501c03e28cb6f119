import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { MEMBER_ID_PREFIX } from '../../programs/domain/program.js';
import { honoursErrors } from '../honours.errors.js';
import { ShowHonours } from '../queries/show-honours.js';
import { Honours } from '../use-cases/honours.js';
import {
  GRANT_ID_PREFIX,
  GrantHonoursDto,
  GrantResultsView,
  GrantResultView,
  HeldHonoursQuery,
  HeldHonourView,
  RevokeHonourDto,
} from './honour-grants.views.js';

const { honour_grant_not_found } = honoursErrors;
const { member_not_found } = loyaltyErrors;

@Controller('v1/loyalty')
export class HonourGrantsController {
  constructor(
    private readonly honours: Honours,
    private readonly shown: ShowHonours,
    private readonly cursors: Cursors,
  ) {}

  @Post('honour-grants')
  @Endpoint({
    id: 'loyalty.grant_honours',
    summary: { en: 'Grant honours to members, with a reason', zh: '人工授予荣誉（须填写原因）' },
    description: {
      en: 'At most 1,000, each with a result of its own: `loyalty.honour_held`, `honour_not_found`, `honour_ended` or `member_not_found` where it is refused.',
      zh: '每次最多 1000 条，逐条返回结果；被拒绝的条目给出错误码。',
    },
    scope: 'loyalty:write',
    response: GrantResultsView,
  })
  async grant(@Body() { items }: GrantHonoursDto): Promise<GrantResultsView> {
    const outcomes = await this.honours.grant(items.map((item) => ({ ...item, source: 'staff' })));
    return { results: outcomes.map((outcome) => GrantResultView.of(outcome)) };
  }

  @Post('honour-grants/:id/revoke')
  @Endpoint({
    id: 'loyalty.revoke_honour',
    summary: { en: 'Take an honour back, with a reason', zh: '撤销已授予的荣誉' },
    description: {
      en: 'Its rule does not give it again in the same period; people and benefits may. Revoking again changes nothing.',
      zh: '规则在同一周期内不会再次授予；仍可人工授予或通过权益获得。重复撤销无影响。',
    },
    scope: 'loyalty:write',
    response: HeldHonourView,
    errors: [honour_grant_not_found],
  })
  async revoke(
    @PublicIdParam('id', GRANT_ID_PREFIX, honour_grant_not_found) id: string,
    @Body() { reason }: RevokeHonourDto,
  ): Promise<HeldHonourView> {
    const { memberId } = await this.honours.revoke(id, reason);
    const [held] = await this.shown.listOfMembers([memberId], { grantId: id, limit: 1 });
    if (!held) throw honour_grant_not_found();
    return HeldHonourView.of(held);
  }

  @Get('members/:id/honours')
  @Endpoint({
    id: 'loyalty.list_member_honours',
    summary: { en: 'List the honours of a member, the newest first', zh: '会员的荣誉列表（新的在前）' },
    description: {
      en: 'Over all members of the program that are one person with this one.',
      zh: '包含在该计划中与其合并为同一人的所有会员的荣誉。',
    },
    scope: 'loyalty:read',
    response: pageOf(HeldHonourView),
    errors: [member_not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Query() query: HeldHonoursQuery,
  ): Promise<Page<HeldHonourView>> {
    return keysetPage(this.cursors, {
      name: `member-honours ${id}`,
      query,
      read: (after: { id: string } | undefined, limit) =>
        this.shown.listOfPerson(id, {
          onlyActive: query.state === 'active',
          after: after?.id,
          limit,
        }),
      keyOf: (held) => ({ id: held.id }),
      viewOf: HeldHonourView.of,
    });
  }
}
