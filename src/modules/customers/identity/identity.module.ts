import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { BlockedIdentifiersController } from './http/blocked-identifiers.controller.js';
import { IdentifiersController } from './http/identifiers.controller.js';
import { IdentityCasesController } from './http/identity-cases.controller.js';
import { PersonsController } from './http/persons.controller.js';
import { BlockList } from './persistence/block-list.js';
import { IdentifierStore } from './persistence/identifier-store.js';
import { IdentityFactsReader } from './persistence/identity-facts.js';
import { IdentityLocks } from './persistence/identity-locks.js';
import { MirrorReader } from './persistence/mirror-reader.js';
import { PersonStore } from './persistence/person-store.js';
import { IdentifierLimit } from './queries/identifier-limit.js';
import { IdentifierLookup } from './queries/identifier-lookup.js';
import { ListBlocked } from './queries/list-blocked.js';
import { ListCases } from './queries/list-cases.js';
import { Persons } from './queries/persons.js';
import { ShowIdentifiers } from './queries/show-identifiers.js';
import { ShowPersons } from './queries/show-persons.js';
import { SuggestDuplicates } from './queries/suggest-duplicates.js';
import { BlockIdentifiers } from './use-cases/block-identifiers.js';
import { ChangeIdentifiers } from './use-cases/change-identifiers.js';
import { DecidePersons } from './use-cases/decide-persons.js';
import { FollowMirror } from './use-cases/follow-mirror.js';
import { ForgetCustomers } from './use-cases/forget-customers.js';
import { Identifiers } from './use-cases/identifiers.js';
import { MergePersons } from './use-cases/merge-persons.js';

/** What leads to a customer, and which customers are one person. */
@Module({
  imports: [ContactsModule],
  controllers: [
    BlockedIdentifiersController,
    IdentifiersController,
    IdentityCasesController,
    PersonsController,
  ],
  providers: [
    BlockList,
    IdentifierStore,
    IdentityFactsReader,
    IdentityLocks,
    MirrorReader,
    PersonStore,
    IdentifierLimit,
    IdentifierLookup,
    ListBlocked,
    ListCases,
    Persons,
    ShowIdentifiers,
    ShowPersons,
    SuggestDuplicates,
    BlockIdentifiers,
    ChangeIdentifiers,
    DecidePersons,
    FollowMirror,
    ForgetCustomers,
    Identifiers,
    MergePersons,
  ],
  exports: [ForgetCustomers, IdentifierLimit, IdentifierLookup, Identifiers, Persons, ShowPersons],
})
export class IdentityModule {}
