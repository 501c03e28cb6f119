import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { TimelineController } from './http/timeline.controller.js';
import { BehaviourEntries } from './persistence/behaviour-entries.js';
import { TimelineStore } from './persistence/timeline-store.js';
import { ReadTimeline } from './queries/read-timeline.js';
import { TimelineOfEvents } from './reactions/timeline-of-events.js';

/** What happened to a person, told by the events of all modules, and what other modules announce of customers. */
@Module({
  imports: [IdentityModule],
  controllers: [TimelineController],
  providers: [BehaviourEntries, TimelineStore, ReadTimeline, TimelineOfEvents],
})
export class TimelineModule {}
