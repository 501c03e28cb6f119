import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { TimelineController } from './http/timeline.controller.js';
import { AnnouncedStore } from './persistence/announced-store.js';
import { BehaviourEntries } from './persistence/behaviour-entries.js';
import { TimelineStore } from './persistence/timeline-store.js';
import { ReadTimeline } from './queries/read-timeline.js';
import { ShowPage } from './queries/show-page.js';
import { ReconcileDaily } from './reactions/reconcile-daily.js';
import { TimelineOfEvents } from './reactions/timeline-of-events.js';
import { Announcements } from './use-cases/announcements.js';
import { OpenCoupons } from './use-cases/open-coupons.js';
import { ReconcileAnnounced } from './use-cases/reconcile-announced.js';

/** What happened to a person, told by the events of all modules, and what other modules announce of customers. */
@Module({
  imports: [ContactsModule, IdentityModule, WecomModule],
  controllers: [TimelineController],
  providers: [
    AnnouncedStore,
    Announcements,
    OpenCoupons,
    BehaviourEntries,
    TimelineStore,
    ReadTimeline,
    ShowPage,
    ReconcileAnnounced,
    ReconcileDaily,
    TimelineOfEvents,
  ],
  exports: [Announcements, OpenCoupons],
})
export class TimelineModule {}
