import { Injectable } from '@nestjs/common';
import type { EventDefinition, StoredEvent } from '../../../../platform/events/event.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { type AnnouncedName, type Announcement, newestOf } from '../domain/announcement.js';
import { AnnouncedStore } from '../persistence/announced-store.js';

/** A module that announces something of customers. */
export interface Announcer<P> {
  /** The module's name; stays for ever. */
  readonly name: string;
  /** What it announces, and nobody else does. */
  readonly announces: readonly AnnouncedName[];
  readonly events: readonly EventDefinition<P>[];
  /** Pure. */
  announcementsOf(event: StoredEvent<P>): readonly Announcement[];
  /**
   * How it stands now, for a reconcile: of each of these customers (at most 1,000) that was ever announced, with the version
   * of the last change. Inside an open unit of work.
   */
  standing(customerIds: readonly string[]): Promise<readonly Announcement[]>;
}

/** Of an announcer what a reconcile needs. */
export type KnownAnnouncer = Pick<Announcer<never>, 'announces' | 'standing'>;

/**
 * Keeps one row a customer with what other modules announce, so that a page shows all of it by one read. They come to this
 * door with their events, and this module knows none of them.
 */
@Injectable()
export class Announcements {
  private readonly known: KnownAnnouncer[] = [];

  constructor(
    private readonly consumers: EventConsumers,
    private readonly announced: AnnouncedStore,
  ) {}

  /** Call it in `onModuleInit` of a class in `reactions/`. @throws when one of the values has its announcer. */
  register<P>(announcer: Announcer<P>): void {
    const taken = this.known.flatMap(({ announces }) => announces);
    const twice = announcer.announces.find((name) => taken.includes(name));
    if (twice) throw new Error(`${twice} is announced by two modules`);
    this.known.push(announcer);
    this.consumers.register<P>({
      name: `customers.announce_${announcer.name}`,
      events: announcer.events,
      apply: (event) => this.announced.announce(newestOf(announcer.announcementsOf(event)), event),
    });
  }

  announcers(): readonly KnownAnnouncer[] {
    return this.known;
  }
}
