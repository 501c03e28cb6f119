import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../http/cursors.js';
import { Endpoint } from '../http/endpoint.js';
import { httpErrors } from '../http/http.errors.js';
import { keysetPage } from '../http/keyset-page.js';
import { type Page, pageOf } from '../http/page.js';
import { PublicIdParam } from '../http/public-id-param.js';
import { eventsErrors } from './events.errors.js';
import {
  EVENT_ID_PREFIX,
  ParkedEventsQuery,
  ParkedEventView,
  ReplayedEventsView,
  ReplayParkedEventsBody,
} from './parked-event.views.js';
import { type ParkedEventKey, ParkedEvents } from './parked-events.js';

@Controller('v1/parked-events')
export class ParkedEventsController {
  constructor(
    private readonly parkedEvents: ParkedEvents,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'events.list_parked',
    summary: {
      en: 'List events that a consumer failed to apply as often as it may, the newest first',
      zh: '已搁置事件列表：处理方多次失败后不再重试的事件（新的在前）',
    },
    scope: 'jobs:read',
    response: pageOf(ParkedEventView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: ParkedEventsQuery): Promise<Page<ParkedEventView>> {
    return keysetPage(this.cursors, {
      name: 'parked-events',
      query,
      read: (after: ParkedEventKey | undefined, limit) => this.parkedEvents.list(query, after, limit),
      keyOf: ({ eventAt, eventId, consumer }) => ({ eventAt: eventAt.toISOString(), eventId, consumer }),
      viewOf: ParkedEventView.of,
    });
  }

  @Post('replay')
  @Endpoint({
    id: 'events.replay_range',
    summary: {
      en: 'Give the parked events of a time range all their attempts again, up to 1,000 in one call',
      zh: '重新处理某一时间段内的已搁置事件，每次最多 1000 个',
    },
    scope: 'jobs:write',
    response: ReplayedEventsView,
  })
  replayRange(@Body() range: ReplayParkedEventsBody): Promise<ReplayedEventsView> {
    return this.parkedEvents.replay(range);
  }

  @Post(':id/replay')
  @Endpoint({
    id: 'events.replay',
    summary: { en: 'Give one parked event all its attempts again', zh: '重新处理一个已搁置事件' },
    scope: 'jobs:write',
    status: 204,
    errors: [eventsErrors.not_parked],
  })
  async replay(@PublicIdParam('id', EVENT_ID_PREFIX, eventsErrors.not_parked) id: string): Promise<void> {
    await this.parkedEvents.replayOne(id);
  }
}
