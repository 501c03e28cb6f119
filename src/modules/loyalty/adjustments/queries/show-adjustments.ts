import { Injectable } from '@nestjs/common';
import { Programs } from '../../programs/queries/programs.js';
import { adjustmentsErrors } from '../adjustments.errors.js';
import type { Adjustment, AdjustmentLimit } from '../domain/adjustment.js';
import { type AdjustmentFilter, AdjustmentStore } from '../persistence/adjustment-store.js';

/** Adjustments as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowAdjustments {
  constructor(
    private readonly store: AdjustmentStore,
    private readonly programs: Programs,
  ) {}

  /** @throws loyalty.adjustment_not_found */
  async get(id: string): Promise<Adjustment> {
    const found = await this.store.find(id);
    if (!found) throw adjustmentsErrors.adjustment_not_found();
    return found;
  }

  list(filter: AdjustmentFilter, after: { id: string } | undefined, limit: number): Promise<Adjustment[]> {
    return this.store.list(filter, after, limit);
  }

  /** @throws loyalty.program_not_found */
  async limitOf(programId: string): Promise<AdjustmentLimit> {
    await this.programs.get(programId);
    return this.store.limitOf(programId);
  }
}
