import { Injectable } from '@nestjs/common';
import type { Opening } from '../domain/opening.js';
import { openingsErrors } from '../openings.errors.js';
import { OpeningRows, type RefusedRow } from '../persistence/opening-rows.js';
import { OpeningStore } from '../persistence/opening-store.js';

/** Imports of opening balances as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowOpenings {
  constructor(
    private readonly store: OpeningStore,
    private readonly rows: OpeningRows,
  ) {}

  /** @throws loyalty.opening_not_found */
  async get(id: string): Promise<Opening> {
    const found = await this.store.find(id);
    if (!found) throw openingsErrors.opening_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<Opening[]> {
    return this.store.list(after, limit);
  }

  /** @throws loyalty.opening_not_found */
  async listRefused(id: string, after: number, limit: number): Promise<RefusedRow[]> {
    await this.get(id);
    return this.rows.listRefused(id, after, limit);
  }
}
