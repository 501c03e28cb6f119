import { Module } from '@nestjs/common';
import { IdentifierStore } from './persistence/identifier-store.js';
import { IdentityFactsReader } from './persistence/identity-facts.js';
import { IdentityLocks } from './persistence/identity-locks.js';
import { PersonStore } from './persistence/person-store.js';
import { IdentifierLookup } from './queries/identifier-lookup.js';
import { Persons } from './queries/persons.js';
import { ChangeIdentifiers } from './use-cases/change-identifiers.js';
import { DecidePersons } from './use-cases/decide-persons.js';
import { Identifiers } from './use-cases/identifiers.js';
import { MergePersons } from './use-cases/merge-persons.js';

/** What leads to a customer, and which customers are one person. */
@Module({
  providers: [
    IdentifierStore,
    IdentityFactsReader,
    IdentityLocks,
    PersonStore,
    IdentifierLookup,
    Persons,
    ChangeIdentifiers,
    DecidePersons,
    Identifiers,
    MergePersons,
  ],
  exports: [IdentifierLookup, Identifiers, Persons],
})
export class IdentityModule {}
