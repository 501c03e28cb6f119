import { Injectable } from '@nestjs/common';
import type { Hold } from '../domain/hold.js';
import { holdsErrors } from '../holds.errors.js';
import { type HoldFilter, HoldStore } from '../persistence/hold-store.js';

/** Holds as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowHolds {
  constructor(private readonly store: HoldStore) {}

  /** @throws loyalty.hold_not_found */
  async get(id: string): Promise<Hold> {
    const found = await this.store.find(id);
    if (!found) throw holdsErrors.hold_not_found();
    return found;
  }

  list(filter: HoldFilter, after: { id: string } | undefined, limit: number): Promise<Hold[]> {
    return this.store.list(filter, after, limit);
  }
}
