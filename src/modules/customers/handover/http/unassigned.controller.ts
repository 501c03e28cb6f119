import { Controller, Get, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { ListUnassigned } from '../queries/list-unassigned.js';
import { UnassignedCustomerView } from './handovers.views.js';

@Controller('v1/unassigned-customers')
export class UnassignedController {
  constructor(private readonly unassigned: ListUnassigned) {}

  @Get()
  @Endpoint({
    id: 'customers.list_unassigned',
    summary: { en: 'List customers of members who left', zh: '待分配的离职成员客户列表' },
    description: {
      en: 'Read from WeCom as it is now; nobody has taken them over yet. Its cursors die after a while: begin anew then.',
      zh: '实时读取企业微信中尚未分配的客户；游标会过期，过期后请从头读取。',
    },
    scope: 'customers:read',
    response: pageOf(UnassignedCustomerView),
    errors: [httpErrors.cursor_invalid],
    ownUnits: true,
  })
  async list(
    @CurrentKey() { corpId }: AuthenticatedKey,
    @Query() query: PageQuery,
  ): Promise<Page<UnassignedCustomerView>> {
    if (!corpId) throw new Error('the scope of this endpoint is one of corp keys');
    const { items, nextCursor } = await this.unassigned.list(corpId, query.cursor, query.limit);
    return {
      items: items.map(({ item, customerId }) => UnassignedCustomerView.of(item, customerId)),
      ...(nextCursor !== undefined && { nextCursor }),
    };
  }
}
