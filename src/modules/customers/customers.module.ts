import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SegmentsModule } from '../segments/index.js';
import { StaffModule } from '../staff/index.js';
import { CustomersController } from './contacts/http/customers.controller.js';
import { CustomerStore } from './contacts/persistence/customer-store.js';
import { customersRows } from './contacts/persistence/customers.rows.js';
import { RelationEnds } from './contacts/persistence/relation-ends.js';
import { RelationPhoneStore } from './contacts/persistence/relation-phone-store.js';
import { RelationStore } from './contacts/persistence/relation-store.js';
import { RelationSweep } from './contacts/persistence/relation-sweep.js';
import { RelationTagStore } from './contacts/persistence/relation-tag-store.js';
import { StaffReadStore } from './contacts/persistence/staff-read-store.js';
import { GetCustomer } from './contacts/queries/get-customer.js';
import { ListCustomers } from './contacts/queries/list-customers.js';
import { ContactEvents } from './contacts/reactions/contact-events.js';
import { CorpEvents } from './contacts/reactions/corp-events.js';
import { DetailWalk } from './contacts/reactions/detail-walk.js';
import { StartCustomersSync } from './contacts/reactions/start-sync.js';
import { CustomersSync } from './contacts/use-cases/customers-sync.js';
import { MirrorContacts } from './contacts/use-cases/mirror-contacts.js';
import { ReadContactFromWecom } from './contacts/use-cases/read-contact.js';
import { RenameStaff } from './contacts/use-cases/rename-staff.js';
import { StoreContact } from './contacts/use-cases/store-contact.js';
import { WalkDetails } from './contacts/use-cases/walk-details.js';
import { CustomersFacade } from './customers.facade.js';
import { IdentityModule } from './identity/identity.module.js';

@Module({
  imports: [TypeOrmModule.forFeature(customersRows), IdentityModule, StaffModule, SegmentsModule],
  controllers: [CustomersController],
  providers: [
    CustomersFacade,
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
  exports: [CustomersFacade],
})
export class CustomersModule {}
