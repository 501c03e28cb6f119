import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BehaviourModule } from './behaviour/behaviour.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { customersRows } from './contacts/persistence/customers.rows.js';
import { CustomersFacade } from './customers.facade.js';
import { ExchangeModule } from './exchange/exchange.module.js';
import { HandoverModule } from './handover/handover.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { PersonDataModule } from './person-data/person-data.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { SearchModule } from './search/search.module.js';
import { TimelineModule } from './timeline/timeline.module.js';

/** One module for each room. */
@Module({
  imports: [
    TypeOrmModule.forFeature(customersRows),
    BehaviourModule,
    ContactsModule,
    ExchangeModule,
    HandoverModule,
    IdentityModule,
    PersonDataModule,
    ProfilesModule,
    SearchModule,
    TimelineModule,
  ],
  providers: [CustomersFacade],
  exports: [CustomersFacade, BehaviourModule, ExchangeModule, PersonDataModule, TimelineModule],
})
export class CustomersModule {}
