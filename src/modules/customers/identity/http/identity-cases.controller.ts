import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { identityErrors } from '../identity.errors.js';
import { ListCases } from '../queries/list-cases.js';
import { ShowPersons } from '../queries/show-persons.js';
import { MergePersons } from '../use-cases/merge-persons.js';
import {
  CASE_ID_PREFIX,
  DecideCaseDto,
  GroupedPersonView,
  IdentityCaseView,
  UnmergedView,
} from './persons.views.js';

const { identity_case_not_found, identity_case_settled, person_too_large } = identityErrors;

@Controller('v1/identity-cases')
export class IdentityCasesController {
  constructor(
    private readonly cases: ListCases,
    private readonly merging: MergePersons,
    private readonly persons: ShowPersons,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_identity_cases',
    summary: { en: 'List customers whose identity is in doubt', zh: '待审核的身份冲突列表' },
    scope: 'customers:read',
    response: pageOf(IdentityCaseView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<IdentityCaseView>> {
    return keysetPage(this.cursors, {
      name: 'identity-cases',
      query,
      read: (after: { id: string } | undefined, limit) => this.cases.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: IdentityCaseView.of,
    });
  }

  @Post(':id/decide')
  @Endpoint({
    id: 'customers.decide_identity_case',
    summary: { en: 'Decide whether two customers are one person', zh: '审核身份冲突：合并或永不合并' },
    scope: 'customers:approve',
    response: UnmergedView,
    errors: [identity_case_not_found, identity_case_settled, person_too_large],
  })
  async decide(
    @PublicIdParam('id', CASE_ID_PREFIX, identity_case_not_found) id: string,
    @Body() { decision }: DecideCaseDto,
  ): Promise<UnmergedView> {
    const customers = await this.merging.settle(id, decision === 'approve');
    return { persons: (await this.persons.ofCustomers(customers)).map(GroupedPersonView.of) };
  }
}
