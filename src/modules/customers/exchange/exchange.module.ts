import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { SearchModule } from '../search/search.module.js';

import { ExportsController } from './http/exports.controller.js';
import { ImportContentsController } from './http/import-contents.controller.js';
import { ImportsController } from './http/imports.controller.js';
import { DryKeyStore } from './persistence/dry-key-store.js';
import { ExportStore } from './persistence/export-store.js';
import { FileStore } from './persistence/file-store.js';
import { ImportStore } from './persistence/import-store.js';
import { BrokenRowsFile } from './queries/broken-rows-file.js';
import { ExportedCustomers } from './queries/exported-customers.js';
import { ExportedFile } from './queries/exported-file.js';
import { ImportContents } from './queries/import-contents.js';
import { KnownCustomersReader } from './queries/known-customers.js';
import { ShowExports } from './queries/show-exports.js';
import { ShowImports } from './queries/show-imports.js';
import { UploadedRows } from './queries/uploaded-rows.js';
import { TidyExchanges } from './reactions/tidy-exchanges.js';
import { ExportChecks } from './use-cases/export-checks.js';
import { ExportEnds } from './use-cases/export-ends.js';
import { ExportStep } from './use-cases/export-step.js';
import { ExportWork } from './use-cases/export-work.js';
import { Exports } from './use-cases/exports.js';
import { ImportRows } from './use-cases/import-rows.js';
import { ImportStep } from './use-cases/import-step.js';
import { ImportWork } from './use-cases/import-work.js';
import { ImportStarts } from './use-cases/import-starts.js';
import { Imports } from './use-cases/imports.js';
import { RemoveExpired } from './use-cases/remove-expired.js';
import { RunImport } from './use-cases/run-import.js';
import { UploadedFiles } from './use-cases/uploaded-files.js';

/** Customers from files and to files, of any size. */
@Module({
  imports: [ContactsModule, IdentityModule, ProfilesModule, SearchModule, WecomModule],
  controllers: [ImportsController, ImportContentsController, ExportsController],
  providers: [
    BrokenRowsFile,
    DryKeyStore,
    ExportChecks,
    ExportEnds,
    ExportStep,
    ExportStore,
    ExportWork,
    ExportedCustomers,
    ExportedFile,
    Exports,
    FileStore,
    ImportContents,
    ImportRows,
    Imports,
    ImportStarts,
    ImportStep,
    ImportStore,
    ImportWork,
    KnownCustomersReader,
    RemoveExpired,
    RunImport,
    ShowExports,
    ShowImports,
    TidyExchanges,
    UploadedFiles,
    UploadedRows,
  ],
  exports: [UploadedFiles],
})
export class ExchangeModule {}
