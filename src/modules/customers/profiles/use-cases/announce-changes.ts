import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { CustomerStore } from '../../contacts/persistence/customer-store.js';
import { profileChanged, stageChanged } from '../../customers.events.js';
import { STAGE_FIELD } from '../domain/builtin-fields.js';
import type { FieldValue } from '../domain/field-definition.js';
import type { ShownChange } from '../domain/plan-writes.js';

const IDS_OF_AN_EVENT_MAX = 500;

/** Tells everybody else which customers show other values. Inside an open unit of work. */
@Injectable()
export class AnnounceChanges {
  constructor(
    private readonly customers: CustomerStore,
    private readonly events: Events,
  ) {}

  async announce(shown: readonly ShownChange[]): Promise<void> {
    const customerIds = [...new Set(shown.map(({ customerId }) => customerId))];
    await this.customers.touch(customerIds);
    for (const part of parts(customerIds)) await this.events.append(profileChanged, { customerIds: part });
    const changes = shown
      .filter(({ field }) => field === STAGE_FIELD)
      .map(({ customerId, before, after }) => ({ customerId, from: stageOf(before), to: stageOf(after) }));
    for (const part of parts(changes)) await this.events.append(stageChanged, { changes: part });
  }
}

function stageOf(value: FieldValue | null): { stage: string; reason: string | null } | null {
  if (!Array.isArray(value)) return null;
  const [stage, reason] = value.map(String);
  return stage === undefined ? null : { stage, reason: reason ?? null };
}

function parts<T>(all: readonly T[]): T[][] {
  const count = Math.ceil(all.length / IDS_OF_AN_EVENT_MAX);
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * IDS_OF_AN_EVENT_MAX, (index + 1) * IDS_OF_AN_EVENT_MAX),
  );
}
