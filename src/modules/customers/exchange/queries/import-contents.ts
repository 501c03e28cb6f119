import { Injectable } from '@nestjs/common';
import { Audit } from '../../../../platform/audit/audit.js';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { type CorpId, toPublicId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { FieldCatalogue } from '../../profiles/queries/field-catalogue.js';
import type { Import } from '../domain/import.js';
import { type ColumnMapping, suggestMapping } from '../domain/mapping.js';
import type { ProblemLanguage } from '../formats/problem-text.js';
import { exchangeErrors } from '../exchange.errors.js';
import { FileStore } from '../persistence/file-store.js';
import { ImportStore } from '../persistence/import-store.js';
import { BrokenRowsFile } from './broken-rows-file.js';
import { UploadedRows } from './uploaded-rows.js';

/** The beginning of a workbook may unfold to many megabytes, and each preview holds its own. */
const PREVIEWS_AT_ONCE_MAX = 2;

/**
 * What stands in an uploaded file. Whoever sent it knows it already; all others need the scope that reveals personal data,
 * and leave a trace. In units of work of its own: a file may be larger than any transaction should be long.
 */
@Injectable()
export class ImportContents {
  private previewsNow = 0;

  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ImportStore,
    private readonly files: FileStore,
    private readonly uploaded: UploadedRows,
    private readonly brokenRows: BrokenRowsFile,
    private readonly catalogue: FieldCatalogue,
    private readonly audit: Audit,
  ) {}

  /** @throws customers.import_not_found, content_of_others, previews_busy, import_part_missing, import_file_gone, sheetErrors */
  async preview(
    key: AuthenticatedKey,
    id: string,
    rowsMax: number,
  ): Promise<{ preview: Awaited<ReturnType<UploadedRows['preview']>>; suggested: ColumnMapping[] }> {
    const { corpId, found } = await this.admit(key, id, 'customers.preview_import');
    const parts = await this.unit.read(corpId, () => this.files.listParts(id));
    if (parts.length === 0 && (await this.unit.read(corpId, () => this.files.exists(id))))
      throw exchangeErrors.import_part_missing({ part: 1 });
    const preview = await this.oneOfFew(() => this.uploaded.preview(corpId, found, rowsMax));
    const fields = await this.unit.read(corpId, () => this.catalogue.list());
    return { preview, suggested: suggestMapping(preview.header, fields) };
  }

  /** @throws customers.import_not_found, content_of_others, import_file_gone, sheetErrors */
  async errorFile(
    key: AuthenticatedKey,
    id: string,
    language: ProblemLanguage,
  ): Promise<{ name: string; texts: AsyncGenerator<string> }> {
    const { corpId, found } = await this.admit(key, id, 'customers.download_import_errors');
    return { name: found.name, texts: await this.brokenRows.open(corpId, found, language) };
  }

  private async oneOfFew<T>(read: () => Promise<T>): Promise<T> {
    if (this.previewsNow >= PREVIEWS_AT_ONCE_MAX) throw exchangeErrors.previews_busy();
    this.previewsNow++;
    try {
      return await read();
    } finally {
      this.previewsNow--;
    }
  }

  private async admit(
    { corpId, owner, scopes }: AuthenticatedKey,
    id: string,
    action: string,
  ): Promise<{ corpId: CorpId; found: Import }> {
    const found = corpId && (await this.unit.read(corpId, () => this.store.find(id)));
    if (!corpId || !found) throw exchangeErrors.import_not_found();
    if (found.owner === owner) return { corpId, found };
    if (!scopes.includes(REVEAL_SCOPE)) throw exchangeErrors.content_of_others();
    await this.unit.run(corpId, () => this.audit.append({ action, target: { id: toPublicId('imp', id) } }));
    return { corpId, found };
  }
}
