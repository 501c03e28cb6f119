import { Module } from '@nestjs/common';
import { SegmentsModule } from '../../segments/index.js';
import { StaffModule } from '../../staff/index.js';
import { CustomersController } from './http/customers.controller.js';
import { RelationsController } from './http/relations.controller.js';
import { CustomerStore } from './persistence/customer-store.js';
import { RelationEnds } from './persistence/relation-ends.js';
import { RelationHistoryStore } from './persistence/relation-history-store.js';
import { RelationPhoneStore } from './persistence/relation-phone-store.js';
import { RelationStore } from './persistence/relation-store.js';
import { RelationSweep } from './persistence/relation-sweep.js';
import { RelationTagStore } from './persistence/relation-tag-store.js';
import { RemarkWriteStore } from './persistence/remark-write-store.js';
import { StaffReadStore } from './persistence/staff-read-store.js';
import { CustomerStandings } from './queries/customer-standing.js';
import { GetCustomer } from './queries/get-customer.js';
import { ListCustomers } from './queries/list-customers.js';
import { ReadRelationHistory } from './queries/read-relation-history.js';
import { ContactEvents } from './reactions/contact-events.js';
import { CorpEvents } from './reactions/corp-events.js';
import { CustomerFollowers } from './reactions/customer-followers.js';
import { DetailWalk } from './reactions/detail-walk.js';
import { RemarkWrites } from './reactions/remark-writes.js';
import { StartCustomersSync } from './reactions/start-sync.js';
import { CustomersSync } from './use-cases/customers-sync.js';
import { Losses } from './use-cases/losses.js';
import { TellRelations } from './use-cases/tell-relations.js';
import { MirrorContacts } from './use-cases/mirror-contacts.js';
import { ReadContactFromWecom } from './use-cases/read-contact.js';
import { RenameStaff } from './use-cases/rename-staff.js';
import { RequestRemark } from './use-cases/request-remark.js';
import { StoreContact } from './use-cases/store-contact.js';
import { WalkDetails } from './use-cases/walk-details.js';
import { WriteRemark } from './use-cases/write-remark.js';

/** What WeCom knows: customers, who follows them, and how that came and went. */
@Module({
  imports: [StaffModule, SegmentsModule],
  controllers: [CustomersController, RelationsController],
  providers: [
    CustomerStore,
    RelationEnds,
    RelationHistoryStore,
    RelationPhoneStore,
    RelationStore,
    RelationSweep,
    RelationTagStore,
    RemarkWriteStore,
    StaffReadStore,
    CustomerStandings,
    GetCustomer,
    ListCustomers,
    ReadRelationHistory,
    CustomersSync,
    Losses,
    TellRelations,
    MirrorContacts,
    ReadContactFromWecom,
    RenameStaff,
    RequestRemark,
    WriteRemark,
    StoreContact,
    WalkDetails,
    ContactEvents,
    CorpEvents,
    CustomerFollowers,
    DetailWalk,
    RemarkWrites,
    StartCustomersSync,
  ],
  exports: [
    CustomerFollowers,
    CustomerStandings,
    CustomerStore,
    GetCustomer,
    ListCustomers,
    ReadContactFromWecom,
    StoreContact,
  ],
})
export class ContactsModule {}
