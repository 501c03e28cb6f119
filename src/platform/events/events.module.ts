import { Global, Module } from '@nestjs/common';
import { EventConsumers } from './event-consumers.js';
import { EventConsumption } from './event-consumption.js';
import { EventStates } from './event-states.js';
import { Events } from './events.js';

@Global()
@Module({
  providers: [EventConsumption, EventConsumers, Events, EventStates],
  exports: [EventConsumers, Events, EventStates],
})
export class EventsModule {}
