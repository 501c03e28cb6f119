import { Injectable } from '@nestjs/common';
import type { Import } from '../domain/import.js';
import type { BrokenRow } from '../domain/row-problems.js';
import { exchangeErrors } from '../exchange.errors.js';
import { ImportStore } from '../persistence/import-store.js';

/** Inside an open unit of work. */
@Injectable()
export class ShowImports {
  constructor(private readonly store: ImportStore) {}

  /** @throws customers.import_not_found */
  async get(id: string): Promise<Import> {
    const found = await this.store.find(id);
    if (!found) throw exchangeErrors.import_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<Import[]> {
    return this.store.list(after, limit);
  }

  listBroken(id: string, after: number, limit: number): Promise<BrokenRow[]> {
    return this.store.listBroken(id, after, limit);
  }
}
