import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfileLocks } from './persistence/profile-locks.js';
import { ValueStore } from './persistence/value-store.js';
import { FieldCatalogue } from './queries/field-catalogue.js';
import { MirrorFacts } from './queries/mirror-facts.js';
import { ProfileOf } from './queries/profile-of.js';
import { AnnounceChanges } from './use-cases/announce-changes.js';
import { UniqueValues } from './use-cases/unique-values.js';
import { WriteFields } from './use-cases/write-fields.js';

/** Own fields, stages, blacklist, consent, and what of all that is believed. */
@Module({
  imports: [ContactsModule, IdentityModule],
  providers: [
    AnnounceChanges,
    FieldCatalogue,
    MirrorFacts,
    ProfileLocks,
    ProfileOf,
    UniqueValues,
    ValueStore,
    WriteFields,
  ],
  exports: [FieldCatalogue, ProfileOf, WriteFields],
})
export class ProfilesModule {}
