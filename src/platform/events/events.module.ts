import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { eventRows } from './event.row.js';
import { EventRetention } from './event-retention.js';
import { EventConsumers } from './event-consumers.js';
import { EventConsumption } from './event-consumption.js';
import { EventStates } from './event-states.js';
import { Events } from './events.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature(eventRows)],
  providers: [EventConsumption, EventConsumers, EventRetention, Events, EventStates],
  exports: [EventConsumers, Events, EventStates],
})
export class EventsModule {}
