import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { customersErrors } from '../../customers.errors.js';
import { relationErrors } from '../contacts.errors.js';
import { GetCustomer } from '../queries/get-customer.js';
import { type HistoryKey, ReadRelationHistory } from '../queries/read-relation-history.js';
import { RequestRemark } from '../use-cases/request-remark.js';
import { CUSTOMER_ID_PREFIX } from './customers.views.js';
import { RemarkChangeDto } from './relations.dto.js';
import { RELATION_ID_PREFIX, RelationHistoryView, RelationView } from './relations.views.js';

const { relation_not_found, remark_empty, remark_company_ignored } = relationErrors;

@Controller('v1/customers/:customerId/relations/:relationId')
export class RelationsController {
  constructor(
    private readonly remarks: RequestRemark,
    private readonly customers: GetCustomer,
    private readonly past: ReadRelationHistory,
    private readonly cursors: Cursors,
  ) {}

  @Patch()
  @Endpoint({
    id: 'customers.change_remark',
    summary: { en: "Change a member's remark on a customer", zh: '修改成员对客户的备注' },
    description: {
      en: 'Stored at once and brought to WeCom by a job; until WeCom has it the wish is shown, and what WeCom refuses stands in `write.problem`. A newer change takes the place of one that WeCom does not have yet.',
      zh: '立即保存并由任务写入企业微信；写入前显示所填内容，被企业微信拒绝的原因见 write.problem。新的修改会取代尚未写入的修改。',
    },
    scope: 'customers:write',
    status: 202,
    response: RelationView,
    errors: [relation_not_found, remark_empty, remark_company_ignored, customersErrors.phone_invalid],
  })
  async change(
    @PublicIdParam('customerId', CUSTOMER_ID_PREFIX, relation_not_found) customerId: string,
    @PublicIdParam('relationId', RELATION_ID_PREFIX, relation_not_found) relationId: string,
    @Body() body: RemarkChangeDto,
  ): Promise<RelationView> {
    const { remark, description, remarkCorpName, phones } = body;
    await this.remarks.request(customerId, relationId, { remark, description, remarkCorpName, phones });
    const { relations } = await this.customers.get(customerId);
    const relation = relations.find(({ id }) => id === relationId);
    if (!relation) throw relation_not_found();
    return RelationView.of(relation);
  }

  @Get('history')
  @Endpoint({
    id: 'customers.relation_history',
    summary: { en: 'List the past of a follow relation, the newest first', zh: '跟进关系的历史（新的在前）' },
    description: {
      en: 'Every start and end with who and how, also those before the customer came back; what remark, description and company were before; tags and numbers that came and went.',
      zh: '每次建立与结束、由谁、以何种方式（包含重新添加之前的记录）；备注、描述、企业修改前的内容；增减的标签与电话。',
    },
    scope: 'customers:read',
    response: pageOf(RelationHistoryView),
    errors: [httpErrors.cursor_invalid, relation_not_found],
  })
  history(
    @PublicIdParam('customerId', CUSTOMER_ID_PREFIX, relation_not_found) customerId: string,
    @PublicIdParam('relationId', RELATION_ID_PREFIX, relation_not_found) relationId: string,
    @Query() query: PageQuery,
  ): Promise<Page<RelationHistoryView>> {
    return keysetPage(this.cursors, {
      name: `relation-history ${relationId}`,
      query,
      read: (after: HistoryKey | undefined, limit) =>
        this.past.list({ customerId, relationId }, after, limit),
      keyOf: ({ sortedAt, kind }) => ({ at: sortedAt, kind }),
      viewOf: RelationHistoryView.of,
    });
  }
}
