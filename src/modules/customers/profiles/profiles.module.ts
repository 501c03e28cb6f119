import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { CustomerFieldsController } from './http/fields.controller.js';
import { CustomerProfileController } from './http/profile.controller.js';
import { CustomerRecordsController } from './http/records.controller.js';
import { CustomerFieldRulesController } from './http/rules.controller.js';
import { CustomerStagesController } from './http/stages.controller.js';
import { DefinitionStore } from './persistence/definition-store.js';
import { ProfileLocks } from './persistence/profile-locks.js';
import { RecordStore } from './persistence/record-store.js';
import { RulesStore } from './persistence/rules-store.js';
import { StageStore } from './persistence/stage-store.js';
import { ValueStore } from './persistence/value-store.js';
import { ExplainField } from './queries/explain-field.js';
import { FieldCatalogue } from './queries/field-catalogue.js';
import { FindField } from './queries/find-field.js';
import { ListHistory } from './queries/list-history.js';
import { ListRecords } from './queries/list-records.js';
import { MirrorFacts } from './queries/mirror-facts.js';
import { PersonMembers } from './queries/person-members.js';
import { ProfileOf } from './queries/profile-of.js';
import { ShowProfile } from './queries/show-profile.js';
import { ProfileRebuild } from './reactions/profile-rebuild.js';
import { AnnounceChanges } from './use-cases/announce-changes.js';
import { ChangeProfile } from './use-cases/change-profile.js';
import { DefineFields } from './use-cases/define-fields.js';
import { KeepBlacklist } from './use-cases/keep-blacklist.js';
import { RebuildProfiles } from './use-cases/rebuild-profiles.js';
import { RecordConsent } from './use-cases/record-consent.js';
import { SetRules } from './use-cases/set-rules.js';
import { SetStages } from './use-cases/set-stages.js';
import { StartRebuild } from './use-cases/start-rebuild.js';
import { UniqueValues } from './use-cases/unique-values.js';
import { WriteFields } from './use-cases/write-fields.js';

/** Own fields, stages, blacklist, consent, and what of all that is believed. */
@Module({
  imports: [ContactsModule, IdentityModule],
  controllers: [
    CustomerFieldRulesController,
    CustomerFieldsController,
    CustomerProfileController,
    CustomerRecordsController,
    CustomerStagesController,
  ],
  providers: [
    AnnounceChanges,
    ChangeProfile,
    DefineFields,
    DefinitionStore,
    ExplainField,
    FieldCatalogue,
    FindField,
    KeepBlacklist,
    ListHistory,
    ListRecords,
    MirrorFacts,
    PersonMembers,
    ProfileLocks,
    ProfileOf,
    ProfileRebuild,
    RebuildProfiles,
    RecordConsent,
    RecordStore,
    RulesStore,
    SetRules,
    SetStages,
    ShowProfile,
    StageStore,
    StartRebuild,
    UniqueValues,
    ValueStore,
    WriteFields,
  ],
  exports: [FieldCatalogue, ProfileLocks, ProfileOf, ShowProfile, WriteFields],
})
export class ProfilesModule {}
