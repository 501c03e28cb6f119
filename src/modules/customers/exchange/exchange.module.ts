import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SearchModule } from '../search/search.module.js';
import { ImportContentsController } from './http/import-contents.controller.js';
import { ImportsController } from './http/imports.controller.js';
import { DryKeyStore } from './persistence/dry-key-store.js';
import { FileStore } from './persistence/file-store.js';
import { ImportStore } from './persistence/import-store.js';
import { BrokenRowsFile } from './queries/broken-rows-file.js';
import { ImportContents } from './queries/import-contents.js';
import { KnownCustomersReader } from './queries/known-customers.js';
import { ShowImports } from './queries/show-imports.js';
import { UploadedRows } from './queries/uploaded-rows.js';
import { ImportRows } from './use-cases/import-rows.js';
import { ImportStep } from './use-cases/import-step.js';
import { ImportWork } from './use-cases/import-work.js';
import { Imports, ImportStarts } from './use-cases/imports.js';
import { RunImport } from './use-cases/run-import.js';

/** Customers from files and to files, of any size. */
@Module({
  imports: [ContactsModule, IdentityModule, ProfilesModule, SearchModule],
  controllers: [ImportsController, ImportContentsController],
  providers: [
    BrokenRowsFile,
    DryKeyStore,
    FileStore,
    ImportContents,
    ImportRows,
    Imports,
    ImportStarts,
    ImportStep,
    ImportStore,
    ImportWork,
    KnownCustomersReader,
    RunImport,
    ShowImports,
    UploadedRows,
  ],
})
export class ExchangeModule {}
