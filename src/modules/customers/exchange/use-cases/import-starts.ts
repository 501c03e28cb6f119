import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { FieldCatalogue } from '../../profiles/queries/field-catalogue.js';
import type { ImportMode } from '../domain/find-customers.js';
import type { Import } from '../domain/import.js';
import { bindMapping, type ColumnMapping } from '../domain/mapping.js';
import { exchangeErrors } from '../exchange.errors.js';
import { FileStore } from '../persistence/file-store.js';
import { ImportStore } from '../persistence/import-store.js';
import { UploadedRows } from '../queries/uploaded-rows.js';
import { ImportWork } from './import-work.js';

export interface StartImport {
  readonly dryRun: boolean;
  readonly mode: ImportMode;
  readonly mapping: readonly ColumnMapping[];
}

/** What must be right before an import runs. */
@Injectable()
export class ImportStarts {
  constructor(
    private readonly database: Database,
    private readonly store: ImportStore,
    private readonly files: FileStore,
    private readonly uploaded: UploadedRows,
    private readonly catalogue: FieldCatalogue,
    private readonly work: ImportWork,
  ) {}

  async check(found: Import, { mapping }: StartImport): Promise<void> {
    const parts = await this.files.listParts(found.id);
    const isGone = parts.length === 0 && !(await this.files.exists(found.id));
    if (isGone) throw exchangeErrors.import_file_gone();
    const gap = parts.findIndex(({ number }, index) => number !== index + 1);
    if (parts.length === 0 || gap >= 0)
      throw exchangeErrors.import_part_missing({ part: Math.max(gap, 0) + 1 });
    const { header, rows } = await this.uploaded.open(this.database.corpId, found, 'glance');
    await rows.return(undefined);
    bindMapping(mapping, header, await this.catalogue.list());
  }

  async begin(id: string, start: StartImport & { operationId: string }): Promise<Import> {
    const begun = await this.store.begin(id, start);
    await this.work.enqueue(id);
    return begun;
  }
}
