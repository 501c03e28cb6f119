import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { PersonDataController } from './http/person-data.controller.js';
import { ExportPerson } from './queries/export-person.js';
import { ErasePerson } from './use-cases/erase-person.js';

/** What the law lets a person ask for: everything that is known, and that it be forgotten. */
@Module({
  imports: [IdentityModule, ProfilesModule],
  controllers: [PersonDataController],
  providers: [ExportPerson, ErasePerson],
})
export class PersonDataModule {}
