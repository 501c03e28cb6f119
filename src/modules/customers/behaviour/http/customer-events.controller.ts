import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { customersErrors } from '../../customers.errors.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { CUSTOMER_ID_PREFIX } from '../domain/customer-event.js';
import type { EventPlace } from '../queries/behaviour-events.js';
import { ShowBehaviour } from '../queries/show-behaviour.js';
import { RecordEvents } from '../use-cases/record-events.js';
import {
  CustomerEventDetailView,
  CustomerEventsDto,
  CustomerEventsQuery,
  CustomerEventView,
  EVENT_ID_PREFIX,
  EventResultsView,
  EventResultView,
  OrdersSummaryView,
} from './customer-events.views.js';
import { namesIdentifier, readEventsBody } from './events-body.js';

const { event_not_found } = behaviourErrors;

@Controller('v1')
export class CustomerEventsController {
  constructor(
    private readonly recording: RecordEvents,
    private readonly behaviour: ShowBehaviour,
    private readonly cursors: Cursors,
  ) {}

  @Post('customer-events')
  @ApiBody({ type: CustomerEventsDto })
  @Endpoint({
    id: 'customers.record_events',
    summary: { en: 'Record what customers did elsewhere', zh: '上报客户行为与订单' },
    description: {
      en: 'Up to 1,000 events, each with a result of its own. An event is known by its source and externalId for 400 days: the same body again answers the first result, whatever revision had it, and another body is stored as the next revision of the event (`changed`). Text goes into no log, but personal data does not belong into `data`.',
      zh: '每次最多 1000 条事件，逐条返回结果。事件在 400 天内以 source 加 externalId 去重：相同内容（含历史版本）返回首次结果，不同内容作为该事件的新版本保存（`changed`）。`data` 中请勿放入个人信息。',
    },
    scope: 'customers:write',
    response: EventResultsView,
  })
  async record(@Body() body: unknown): Promise<EventResultsView> {
    const { events, createCustomers } = readEventsBody(body);
    const outcomes = await this.recording.record(events, { create: createCustomers });
    return { results: outcomes.map((one, at) => EventResultView.of(one, namesIdentifier(events[at]))) };
  }

  @Get('customer-events/:id')
  @Endpoint({
    id: 'customers.get_event',
    summary: { en: 'Get one customer event and what it was before', zh: '查询一条客户事件及其历史版本' },
    scope: 'customers:read',
    response: CustomerEventDetailView,
    errors: [event_not_found],
  })
  async get(
    @PublicIdParam('id', EVENT_ID_PREFIX, event_not_found) id: string,
  ): Promise<CustomerEventDetailView> {
    const { event, revisions } = await this.behaviour.event(id);
    return CustomerEventDetailView.ofAll(event, revisions);
  }

  @Get('customers/:id/events')
  @Endpoint({
    id: 'customers.list_events',
    summary: { en: 'List what a person did, the newest first', zh: '客户行为列表（新的在前）' },
    description: {
      en: 'Over all customers that are one person with this one.',
      zh: '包含与该客户合并为同一人的所有客户的行为。',
    },
    scope: 'customers:read',
    response: pageOf(CustomerEventView),
    errors: [customersErrors.not_found, httpErrors.cursor_invalid],
  })
  list(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, customersErrors.not_found) id: string,
    @Query() query: CustomerEventsQuery,
  ): Promise<Page<CustomerEventView>> {
    const { type } = query;
    return keysetPage(this.cursors, {
      name: `customer-events:${id}`,
      query,
      read: (after: EventPlace | undefined, limit) =>
        this.behaviour.list(id, type === undefined ? {} : { type }, { after, limit }),
      keyOf: ({ sortedAt, id: eventId }) => ({ at: sortedAt, id: eventId }),
      viewOf: CustomerEventView.of,
    });
  }

  @Get('customers/:id/orders-summary')
  @Endpoint({
    id: 'customers.get_orders_summary',
    summary: { en: "Get the sums of a person's orders", zh: '客户订单汇总' },
    description: {
      en: 'Of the events order_paid and order_refunded of the last 36 months, over all customers that are one person with this one. Amounts in 分.',
      zh: '统计最近 36 个月的 order_paid 与 order_refunded 事件，包含合并为同一人的所有客户。金额单位为分。',
    },
    scope: 'customers:read',
    response: OrdersSummaryView,
    errors: [customersErrors.not_found],
  })
  async orders(
    @PublicIdParam('id', CUSTOMER_ID_PREFIX, customersErrors.not_found) id: string,
  ): Promise<OrdersSummaryView> {
    return OrdersSummaryView.of(await this.behaviour.ordersOf(id));
  }
}
