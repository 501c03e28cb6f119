import { Module } from '@nestjs/common';
import { SegmentsModule } from '../../segments/index.js';
import { StaffModule } from '../../staff/index.js';
import { CustomersController } from './http/customers.controller.js';
import { CustomerStore } from './persistence/customer-store.js';
import { RelationEnds } from './persistence/relation-ends.js';
import { RelationPhoneStore } from './persistence/relation-phone-store.js';
import { RelationStore } from './persistence/relation-store.js';
import { RelationSweep } from './persistence/relation-sweep.js';
import { RelationTagStore } from './persistence/relation-tag-store.js';
import { StaffReadStore } from './persistence/staff-read-store.js';
import { GetCustomer } from './queries/get-customer.js';
import { ListCustomers } from './queries/list-customers.js';
import { ContactEvents } from './reactions/contact-events.js';
import { CorpEvents } from './reactions/corp-events.js';
import { DetailWalk } from './reactions/detail-walk.js';
import { StartCustomersSync } from './reactions/start-sync.js';
import { CustomersSync } from './use-cases/customers-sync.js';
import { MirrorContacts } from './use-cases/mirror-contacts.js';
import { ReadContactFromWecom } from './use-cases/read-contact.js';
import { RenameStaff } from './use-cases/rename-staff.js';
import { StoreContact } from './use-cases/store-contact.js';
import { WalkDetails } from './use-cases/walk-details.js';

/** What WeCom knows: customers, who follows them, and how that came and went. */
@Module({
  imports: [StaffModule, SegmentsModule],
  controllers: [CustomersController],
  providers: [
    CustomerStore,
    RelationEnds,
    RelationPhoneStore,
    RelationStore,
    RelationSweep,
    RelationTagStore,
    StaffReadStore,
    GetCustomer,
    ListCustomers,
    CustomersSync,
    MirrorContacts,
    ReadContactFromWecom,
    RenameStaff,
    StoreContact,
    WalkDetails,
    ContactEvents,
    CorpEvents,
    DetailWalk,
    StartCustomersSync,
  ],
  exports: [CustomerStore, GetCustomer, ListCustomers, ReadContactFromWecom, StoreContact],
})
export class ContactsModule {}
