import { Injectable } from '@nestjs/common';
import { Operations } from '../../../../platform/operations/operations.js';
import { ExportStore } from '../persistence/export-store.js';
import { FileStore } from '../persistence/file-store.js';

/** Inside an open unit of work. */
@Injectable()
export class ExportEnds {
  constructor(
    private readonly store: ExportStore,
    private readonly files: FileStore,
    private readonly operations: Operations,
  ) {}

  async fail(id: string, code: string): Promise<void> {
    const found = await this.store.find(id);
    if (!found || !(await this.store.finish(id, 'failed', code))) return;
    await this.files.remove(id);
    await this.operations.fail(found.operationId, code);
  }
}
