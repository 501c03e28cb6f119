import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { eventRows } from './event.row.js';
import { EventRetention } from './event-retention.js';
import { EventConsumers } from './event-consumers.js';
import { EventConsumption } from './event-consumption.js';
import { EventMetrics } from './event-metrics.js';
import { EventStates } from './event-states.js';
import { Events } from './events.js';
import { ParkedEvents } from './parked-events.js';
import { ParkedEventsController } from './parked-events.controller.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(eventRows)],
  providers: [EventConsumption, EventConsumers, EventRetention, Events, EventStates, ParkedEvents],
  exports: [EventConsumers, Events, EventStates, ParkedEvents],
})
export class EventsModule {}

/** `/v1/parked-events` and the figures of it; apart, so that a process or a test without HTTP needs nothing of it. */
@Module({ controllers: [ParkedEventsController], providers: [EventMetrics] })
export class EventsHttpModule {}
