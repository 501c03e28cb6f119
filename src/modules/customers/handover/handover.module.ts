import { Module } from '@nestjs/common';
import { StaffModule } from '../../staff/index.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { HandoversController } from './http/handovers.controller.js';
import { UnassignedController } from './http/unassigned.controller.js';
import { HandoverStore } from './persistence/handover-store.js';
import { ListUnassigned } from './queries/list-unassigned.js';
import { ShowHandovers } from './queries/show-handovers.js';
import { Handovers } from './reactions/handovers.js';
import { HandOver } from './use-cases/hand-over.js';
import { HandoverJobs } from './use-cases/handover-jobs.js';
import { RequestHandover } from './use-cases/request-handover.js';
import { TransferCustomers } from './use-cases/transfer-customers.js';
import { TransferGroups } from './use-cases/transfer-groups.js';

/** Customers and groups of one member go to another, on the job or after he left. */
@Module({
  imports: [ContactsModule, StaffModule],
  controllers: [HandoversController, UnassignedController],
  providers: [
    HandoverStore,
    ListUnassigned,
    ShowHandovers,
    HandoverJobs,
    RequestHandover,
    TransferCustomers,
    TransferGroups,
    HandOver,
    Handovers,
  ],
})
export class HandoverModule {}
