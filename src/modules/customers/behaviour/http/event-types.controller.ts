import { Body, Controller, Get, Post, Put, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { behaviourErrors } from '../behaviour.errors.js';
import { EventTypes } from '../queries/event-types.js';
import { ChangeEventTypes, type EventTypeContent } from '../use-cases/change-event-types.js';
import {
  EVENT_TYPE_ID_PREFIX,
  EventTypeContentDto,
  EventTypeDto,
  EventTypeView,
} from './event-types.views.js';

const { event_type_not_found, event_type_exists, event_types_full, event_type_fields_repeated } =
  behaviourErrors;

@Controller('v1/customer-event-types')
export class EventTypesController {
  constructor(
    private readonly types: EventTypes,
    private readonly changes: ChangeEventTypes,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_event_types',
    summary: { en: "List the corp's own event types", zh: '自定义事件类型列表' },
    description: {
      en: 'Built-in types are order_paid, order_refunded, page_viewed, content_opened and form_sent.',
      zh: '内置类型为 order_paid、order_refunded、page_viewed、content_opened、form_sent。',
    },
    scope: 'customers:read',
    response: pageOf(EventTypeView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<EventTypeView>> {
    return keysetPage(this.cursors, {
      name: 'customer-event-types',
      query,
      read: (after: { id: string } | undefined, limit) => this.types.list(after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: EventTypeView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_event_type',
    summary: { en: 'Get one event type', zh: '查询自定义事件类型' },
    scope: 'customers:read',
    response: EventTypeView,
    errors: [event_type_not_found],
  })
  async get(
    @PublicIdParam('id', EVENT_TYPE_ID_PREFIX, event_type_not_found) id: string,
  ): Promise<EventTypeView> {
    const type = await this.types.find(id);
    if (!type) throw event_type_not_found();
    return EventTypeView.of(type);
  }

  @Post()
  @Endpoint({
    id: 'customers.create_event_type',
    summary: { en: 'Declare an event type', zh: '声明自定义事件类型' },
    scope: 'customers:write',
    status: 201,
    response: EventTypeView,
    errors: [event_type_exists, event_types_full, event_type_fields_repeated],
  })
  async create(@Body() body: EventTypeDto): Promise<EventTypeView> {
    return EventTypeView.of(await this.changes.create(body.key, contentOf(body)));
  }

  @Put(':id')
  @Endpoint({
    id: 'customers.replace_event_type',
    summary: { en: 'Replace what an event type carries', zh: '修改自定义事件类型' },
    description: {
      en: 'Events that are there keep the fields they came with.',
      zh: '已有事件保留原有字段。',
    },
    scope: 'customers:write',
    response: EventTypeView,
    errors: [event_type_not_found, event_type_fields_repeated],
  })
  async replace(
    @PublicIdParam('id', EVENT_TYPE_ID_PREFIX, event_type_not_found) id: string,
    @Body() body: EventTypeContentDto,
  ): Promise<EventTypeView> {
    return EventTypeView.of(await this.changes.replace(id, contentOf(body)));
  }
}

function contentOf({ name, fields, enabled }: EventTypeContentDto): EventTypeContent {
  return { name, enabled, fields: fields.map(({ key, kind, required }) => ({ key, kind, required })) };
}
