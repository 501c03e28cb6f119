import { Injectable } from '@nestjs/common';
import type { Export } from '../domain/export.js';
import { exchangeErrors } from '../exchange.errors.js';
import { ExportStore } from '../persistence/export-store.js';

/** Inside an open unit of work. */
@Injectable()
export class ShowExports {
  constructor(private readonly store: ExportStore) {}

  /** @throws customers.export_not_found */
  async get(id: string): Promise<Export> {
    const found = await this.store.find(id);
    if (!found) throw exchangeErrors.export_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<Export[]> {
    return this.store.list(after, limit);
  }
}
