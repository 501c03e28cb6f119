import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { eventKey, type StoredEvent } from '../../../../platform/events/event.js';
import { JobFailed } from '../../../../platform/jobs/job-failure.js';
import {
  type BehaviourRecorded,
  behaviourRecorded,
  type EventChanged,
  eventChanged,
} from '../../customers.events.js';
import { BehaviourEntries } from '../persistence/behaviour-entries.js';
import { TimelineStore } from '../persistence/timeline-store.js';
import { ENTRY_SOURCES } from './entry-sources.js';

/** After everything that people wait for: a first sync must not wait for what it has done to be told. */
const priority = 50;
const SOURCES = new Map(ENTRY_SOURCES.map((source) => [eventKey(source.event), source]));

/** Books what the events of all modules tell of customers, in whatever order and however often they come. */
@Injectable()
export class TimelineOfEvents implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly timeline: TimelineStore,
    private readonly behaviour: BehaviourEntries,
  ) {}

  onModuleInit(): void {
    this.consumers.register<unknown>({
      name: 'customers.book_timeline',
      events: ENTRY_SOURCES.map(({ event }) => event),
      priority,
      apply: (event) => this.book(event),
    });
    this.consumers.register<BehaviourRecorded>({
      name: 'customers.book_behaviour',
      events: [behaviourRecorded],
      priority,
      apply: ({ payload: { eventIds, ...times } }) => this.behaviour.book(eventIds, times),
    });
    this.consumers.register<EventChanged>({
      name: 'customers.book_behaviour_again',
      events: [eventChanged],
      priority,
      apply: ({ payload }) =>
        this.behaviour.bookAgain(payload.eventId, [payload.customerId, payload.previousCustomerId]),
    });
  }

  private async book(event: StoredEvent<unknown>): Promise<void> {
    const source = SOURCES.get(eventKey(event));
    const entries = source?.entriesOf(event) ?? [];
    await this.timeline.book(entries);
    if (!source?.awaitsCustomers) return;
    const contacts = entries.flatMap((entry) => ('externalUserId' in entry ? [entry.externalUserId] : []));
    if (await this.timeline.areAwaited(contacts, event.at))
      throw new JobFailed('a contact is no customer yet');
  }
}
