import { Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { OperationView } from '../../../../platform/operations/operation.view.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { StartSync } from '../../../../platform/sync/start-sync.js';
import { customersErrors } from '../../customers.errors.js';
import { GetCustomer } from '../queries/get-customer.js';
import { type CustomerKey, ListCustomers } from '../queries/list-customers.js';
import { CUSTOMERS_SYNC } from '../use-cases/customers-sync.js';
import { CustomersQuery } from './customers.dto.js';
import { CUSTOMER_ID_PREFIX, CustomerDetailView, CustomerView } from './customers.views.js';

@Controller('v1/customers')
export class CustomersController {
  constructor(
    private readonly listing: ListCustomers,
    private readonly one: GetCustomer,
    private readonly cursors: Cursors,
    private readonly syncs: StartSync,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list',
    summary: { en: 'List customers', zh: '客户列表' },
    description: {
      en: 'Filters on relations (staff, state, tag, way, channel, phone, time) must hold for one and the same relation.',
      zh: '针对跟进关系的条件（成员、状态、标签、来源、渠道、电话、时间）须由同一条跟进关系满足。',
    },
    scope: 'customers:read',
    response: pageOf(CustomerView),
    errors: [httpErrors.cursor_invalid, customersErrors.sort_needs_staff, customersErrors.phone_invalid],
  })
  list(@Query() query: CustomersQuery): Promise<Page<CustomerView>> {
    return keysetPage(this.cursors, {
      name: 'customers',
      query,
      read: (after: CustomerKey | undefined, limit) => this.listing.list(query, after, limit),
      keyOf: ({ id, sortedAt }) => ({ id, ...(sortedAt !== null && { at: sortedAt }) }),
      viewOf: CustomerView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get',
    summary: { en: 'Get one customer with relations and tags', zh: '查询一名客户及其跟进关系与标签' },
    scope: 'customers:read',
    response: CustomerDetailView,
    errors: [customersErrors.not_found],
  })
  async get(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, customersErrors.not_found) id: string,
  ): Promise<CustomerDetailView> {
    return CustomerDetailView.ofDetail(await this.one.get(id));
  }

  @Post('sync')
  @Endpoint({
    id: 'customers.sync',
    summary: { en: 'Read all customers from WeCom', zh: '从企业微信同步全部客户' },
    scope: 'customers:write',
    status: 202,
    response: OperationView,
    errors: [operationsErrors.already_running],
  })
  sync(): Promise<OperationView> {
    return this.syncs.start(CUSTOMERS_SYNC);
  }
}
