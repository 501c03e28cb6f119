import { Module } from '@nestjs/common';
import { IdentifierStore } from './persistence/identifier-store.js';
import { IdentifierLookup } from './queries/identifier-lookup.js';
import { Persons } from './queries/persons.js';
import { Identifiers } from './use-cases/identifiers.js';

/** What leads to a customer, and which customers are one person. */
@Module({
  providers: [IdentifierStore, IdentifierLookup, Identifiers, Persons],
  exports: [IdentifierLookup, Identifiers, Persons],
})
export class IdentityModule {}
