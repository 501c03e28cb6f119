import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { AnnouncementsController } from './http/announcements.controller.js';
import { AnnouncementStore } from './persistence/announcement-store.js';
import { Exclusions } from './persistence/exclusions.js';
import { MassStore } from './persistence/mass-store.js';
import { PartStore } from './persistence/part-store.js';
import { ShowAnnouncements } from './queries/show-announcements.js';
import { DeliveryAnswers } from './reactions/delivery-answers.js';
import { DeliveryWork } from './reactions/delivery-work.js';
import { Announce, AnnounceSteps } from './use-cases/announce.js';
import { ChooseRecipients } from './use-cases/choose-recipients.js';
import { DeliveryJobs } from './use-cases/delivery-jobs.js';
import { FollowOutcomes } from './use-cases/follow-outcomes.js';
import { HandToStaff } from './use-cases/hand-to-staff.js';
import { LookUpParts } from './use-cases/look-up-parts.js';
import { ReadMassSends } from './use-cases/read-mass-sends.js';
import { RequestAnnouncement } from './use-cases/request-announcement.js';

/** Holders hear of their coupons through WeCom. */
@Module({
  imports: [CustomersModule, BatchesModule],
  controllers: [AnnouncementsController],
  providers: [
    AnnouncementStore,
    Exclusions,
    PartStore,
    MassStore,
    ShowAnnouncements,
    DeliveryJobs,
    RequestAnnouncement,
    ChooseRecipients,
    ReadMassSends,
    LookUpParts,
    HandToStaff,
    AnnounceSteps,
    Announce,
    FollowOutcomes,
    DeliveryAnswers,
    DeliveryWork,
  ],
})
export class DeliveryModule {}
