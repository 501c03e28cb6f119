import { Injectable } from '@nestjs/common';
import { planRebuild } from '../domain/plan-rebuild.js';
import { ProfileLocks } from '../persistence/profile-locks.js';
import { ValueStore } from '../persistence/value-store.js';
import { FieldCatalogue } from '../queries/field-catalogue.js';
import { AnnounceChanges } from './announce-changes.js';

/** Marks anew which stored value of each field filters see, from what the sources say. Inside an open unit of work. */
@Injectable()
export class RebuildProfiles {
  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly locks: ProfileLocks,
    private readonly values: ValueStore,
    private readonly changes: AnnounceChanges,
  ) {}

  async rebuild(customerIds: readonly string[]): Promise<void> {
    const { fields, rules } = await this.catalogue.read();
    await this.locks.lock(customerIds, 0);
    const stored = await this.values.list(customerIds);
    const items = await this.values.listItems(customerIds);
    const plan = planRebuild(stored, items, new Map(fields.map((field) => [field.key, field])), rules);
    await this.values.turn(plan.turned);
    await this.values.saveItems(plan.items, false);
    await this.locks.countChange([...new Set(plan.turned.map(({ customerId }) => customerId))]);
    await this.changes.announce(plan.shown);
  }
}
