import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SearchController } from './http/search.controller.js';
import { CustomerViewsController } from './http/views.controller.js';
import { NameIndex } from './persistence/name-index.js';
import { ViewStore } from './persistence/view-store.js';
import { Conditions } from './queries/conditions.js';
import { SearchCustomers } from './queries/search-customers.js';
import { NameFollowing } from './reactions/name-following.js';
import { FollowNames } from './use-cases/follow-names.js';
import { SavedViews } from './use-cases/saved-views.js';

/** Finds customers, keeps views of them, and takes in what other systems know. */
@Module({
  imports: [IdentityModule, ProfilesModule],
  controllers: [SearchController, CustomerViewsController],
  providers: [Conditions, FollowNames, NameFollowing, NameIndex, SavedViews, SearchCustomers, ViewStore],
  exports: [SearchCustomers],
})
export class SearchModule {}
