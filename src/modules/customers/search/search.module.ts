import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SearchController } from './http/search.controller.js';
import { UpsertController } from './http/upsert.controller.js';
import { CustomerViewsController } from './http/views.controller.js';
import { NameIndex } from './persistence/name-index.js';
import { ViewStore } from './persistence/view-store.js';
import { CommonStatements } from './queries/common-statements.js';
import { Conditions } from './queries/conditions.js';
import { Estimates } from './queries/estimates.js';
import { FilteredCustomers } from './queries/filtered-customers.js';
import { SearchCustomers } from './queries/search-customers.js';
import { FollowNames } from './use-cases/follow-names.js';
import { Holders } from './use-cases/holders.js';
import { SavedViews } from './use-cases/saved-views.js';
import { SearchForKeys } from './use-cases/search-for-keys.js';
import { UpsertCustomers } from './use-cases/upsert-customers.js';

/** Finds customers, keeps views of them, and takes in what other systems know. */
@Module({
  imports: [ContactsModule, IdentityModule, ProfilesModule],
  controllers: [SearchController, CustomerViewsController, UpsertController],
  providers: [
    CommonStatements,
    Conditions,
    Estimates,
    FilteredCustomers,
    FollowNames,
    Holders,
    NameIndex,
    SavedViews,
    SearchCustomers,
    SearchForKeys,
    UpsertCustomers,
    ViewStore,
  ],
  exports: [Conditions, FilteredCustomers, SearchCustomers, UpsertCustomers],
})
export class SearchModule {}
