import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { CUSTOMER_ID_PREFIX, MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../domain/program.js';
import { ShowMembers } from '../queries/show-members.js';
import { Members } from '../use-cases/members.js';
import { EnrolDto, EnrolledListView, FreezeDto, MemberView } from './programs.views.js';

const { program_not_found, member_not_found, customer_not_found } = loyaltyErrors;

@Controller('v1/loyalty')
export class MembersController {
  constructor(
    private readonly members: Members,
    private readonly shown: ShowMembers,
    private readonly cursors: Cursors,
  ) {}

  @Post('programs/:id/members')
  @Endpoint({
    id: 'loyalty.enrol_members',
    summary: {
      en: 'Make up to 1,000 customers members of a program',
      zh: '批量加入积分计划（最多 1000 名）',
    },
    description: {
      en: 'Who earns points becomes a member by that: this is for those who have not yet earned.',
      zh: '获得积分的客户会自动成为会员；本接口用于尚未获得积分的客户。',
    },
    scope: 'loyalty:write',
    response: EnrolledListView,
    errors: [program_not_found],
  })
  async enrol(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
    @Body() { customerIds }: EnrolDto,
  ): Promise<EnrolledListView> {
    const members = await this.members.enrol(id, [...new Set(customerIds)]);
    return {
      results: customerIds.map((customer) => {
        const member = members.get(customer);
        return {
          customerId: toPublicId(CUSTOMER_ID_PREFIX, customer),
          ...(member
            ? { memberId: toPublicId(MEMBER_ID_PREFIX, member) }
            : { error: customer_not_found.code }),
        };
      }),
    };
  }

  @Get('programs/:id/members')
  @Endpoint({
    id: 'loyalty.list_members',
    summary: { en: 'List the members of a program', zh: '积分计划的会员列表' },
    scope: 'loyalty:read',
    response: pageOf(MemberView),
    errors: [program_not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', PROGRAM_ID_PREFIX, program_not_found) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<MemberView>> {
    return keysetPage(this.cursors, {
      name: `loyalty-members:${id}`,
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(id, after?.id, limit),
      keyOf: (member) => ({ id: member.id }),
      viewOf: MemberView.of,
    });
  }

  @Get('members/:id')
  @Endpoint({
    id: 'loyalty.get_member',
    summary: { en: 'Get one member', zh: '查询会员' },
    scope: 'loyalty:read',
    response: MemberView,
    errors: [member_not_found],
  })
  async get(@PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string): Promise<MemberView> {
    return MemberView.of(await this.shown.get(id));
  }

  @Post('members/:id/freeze')
  @Endpoint({
    id: 'loyalty.freeze_member',
    summary: { en: 'Freeze a member', zh: '冻结会员' },
    description: {
      en: 'He spends nothing until he is unfrozen; what he earns is booked, and unfreezing loses nothing.',
      zh: '解冻前不能消耗积分；期间获得的积分照常入账，解冻不影响余额。',
    },
    scope: 'loyalty:write',
    response: MemberView,
    errors: [member_not_found],
  })
  async freeze(
    @PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string,
    @Body() { reason }: FreezeDto,
  ): Promise<MemberView> {
    await this.members.freeze(id, reason);
    return MemberView.of(await this.shown.get(id));
  }

  @Post('members/:id/unfreeze')
  @Endpoint({
    id: 'loyalty.unfreeze_member',
    summary: { en: 'Unfreeze a member', zh: '解冻会员' },
    scope: 'loyalty:write',
    response: MemberView,
    errors: [member_not_found],
  })
  async unfreeze(@PublicIdParam('id', MEMBER_ID_PREFIX, member_not_found) id: string): Promise<MemberView> {
    await this.members.unfreeze(id);
    return MemberView.of(await this.shown.get(id));
  }
}
