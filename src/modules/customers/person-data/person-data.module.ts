import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { PersonDataController } from './http/person-data.controller.js';
import { ExportPerson } from './queries/export-person.js';
import { PersonTablesOfOthers } from './use-cases/person-tables-of-others.js';
import { ErasePerson } from './use-cases/erase-person.js';

/** What the law lets a person ask for: everything that is known, and that it be forgotten. */
@Module({
  imports: [IdentityModule, ProfilesModule],
  controllers: [PersonDataController],
  providers: [ExportPerson, ErasePerson, PersonTablesOfOthers],
  exports: [PersonTablesOfOthers],
})
export class PersonDataModule {}
