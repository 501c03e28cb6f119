import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { type Announcement, Announcements, CustomersModule } from '../../../src/modules/customers/index.js';
import { defineEvent } from '../../../src/platform/events/event.js';

export interface BalanceMoved {
  announcements: Announcement[];
}
export const balanceMoved = defineEvent<BalanceMoved>('probe.balance_moved', 1);

/** Stands for loyalty: a module that announces, and knows what holds. */
@Injectable()
export class AnnouncingProbe implements OnModuleInit {
  /** What its own books say. */
  readonly books = new Map<string, Announcement>();

  constructor(private readonly announcements: Announcements) {}

  onModuleInit(): void {
    this.announcements.register<BalanceMoved>({
      name: 'probe',
      announces: ['level', 'pointsBalance'],
      events: [balanceMoved],
      announcementsOf: ({ payload }) => payload.announcements,
      standing: async (customerIds) => customerIds.flatMap((id) => this.books.get(id) ?? []),
    });
  }
}

@Module({ imports: [CustomersModule], providers: [AnnouncingProbe] })
export class AnnouncingModule {}
