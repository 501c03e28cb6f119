import { Injectable } from '@nestjs/common';
import { couponsErrors } from '../../coupons.errors.js';
import type { BatchWithTerms } from '../domain/batch.js';
import { type BatchFilter, BatchStore } from '../persistence/batch-store.js';

/** Batches with what their coupons promise. Inside an open unit of work. */
@Injectable()
export class Batches {
  constructor(private readonly store: BatchStore) {}

  /** @throws coupons.batch_not_found */
  async get(id: string): Promise<BatchWithTerms> {
    const found = await this.store.find(id);
    if (!found) throw couponsErrors.batch_not_found();
    return found;
  }

  /** Those that exist, in any order. */
  byIds(ids: readonly string[]): Promise<BatchWithTerms[]> {
    return this.store.byIds(ids);
  }
}
