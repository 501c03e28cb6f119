import { Controller, Get, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { HandoverGateway, WecomApiError } from '../../../../wecom/index.js';
import { ShowHandovers } from '../queries/show-handovers.js';
import { UnassignedCustomerView } from './handovers.views.js';

/** Binds WeCom's cursor to this list; ours carries it, so that a foreign one is refused. */
const LIST = { list: 'unassigned-customers' };
const BAD_CURSOR = 50100;

@Controller('v1/unassigned-customers')
export class UnassignedController {
  constructor(
    private readonly wecom: HandoverGateway,
    private readonly unit: UnitOfWork,
    private readonly cursors: Cursors,
    private readonly handovers: ShowHandovers,
  ) {}

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
    const after = await this.unit.read(corpId, async () =>
      this.cursors.decode<{ wecom: string }>(LIST, query.cursor),
    );
    const { items, nextCursor } = await this.read(() =>
      this.wecom.listUnassigned(corpId, after?.wecom ?? '', query.limit),
    );
    return this.unit.read(corpId, async () => {
      const ids = await this.handovers.customerIdsOf(items.map(({ externalUserId }) => externalUserId));
      return {
        items: items.map((item) => UnassignedCustomerView.of(item, ids.get(item.externalUserId))),
        ...(nextCursor !== '' && { nextCursor: this.cursors.encode(LIST, { wecom: nextCursor }) }),
      };
    });
  }

  private async read<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof WecomApiError && error.errcode === BAD_CURSOR) throw httpErrors.cursor_invalid();
      throw error;
    }
  }
}
