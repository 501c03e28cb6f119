import { Injectable } from '@nestjs/common';
import { ExportStore } from '../persistence/export-store.js';
import { FileStore } from '../persistence/file-store.js';
import { ImportStore } from '../persistence/import-store.js';

/** Inside an open unit of work. */
@Injectable()
export class RemoveExpired {
  constructor(
    private readonly files: FileStore,
    private readonly imports: ImportStore,
    private readonly exports: ExportStore,
  ) {}

  /** @returns how much was removed; call again until it is nothing. */
  async remove(now: Date, reportsBefore: Date, limit: number): Promise<number> {
    const files = await this.files.removeExpired(now, limit);
    const imports = await this.imports.removeBefore(reportsBefore, limit);
    return files + imports + (await this.exports.removeBefore(reportsBefore, limit));
  }
}
