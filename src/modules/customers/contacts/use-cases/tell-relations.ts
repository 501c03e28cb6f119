import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import {
  type RelationEnded,
  relationEnded,
  relationsSynced,
  relationStarted,
} from '../../customers.events.js';
import type { ObservedRelation } from '../domain/contact-observation.js';
import type { EndedRelation } from '../persistence/relation-ends.js';
import type { WrittenRelation } from '../persistence/relation-store.js';

const CUSTOMERS_PER_EVENT = 500;

/** Tells that relations began or ended: each crossing once, by whoever wrote it first. Inside an open unit of work. */
@Injectable()
export class TellRelations {
  constructor(private readonly events: Events) {}

  async started(relations: readonly WrittenRelation[]): Promise<void> {
    for (const { id, customerId, observed } of relations) {
      const { staffUserId, addWay, state } = observed;
      const startedAt = startOf(observed).toISOString();
      const relation = { customerId, relationId: id, staffUserId };
      await this.events.append(relationStarted, { ...relation, addWay, state, startedAt });
    }
  }

  /** @param at where WeCom has said it. */
  async ended(
    relations: readonly EndedRelation[],
    endedBy: RelationEnded['endedBy'],
    at?: Date,
  ): Promise<void> {
    for (const { id, customerId, staffUserId } of relations) {
      const relation = { customerId, relationId: id, staffUserId, endedBy };
      await this.events.append(relationEnded, { ...relation, ...(at && { endedAt: at.toISOString() }) });
    }
  }

  /** A sync showed these customers, or relations of theirs, for the first time or otherwise than before. */
  async synced(customerIds: readonly string[]): Promise<void> {
    for (let start = 0; start < customerIds.length; start += CUSTOMERS_PER_EVENT) {
      await this.events.append(relationsSynced, {
        customerIds: customerIds.slice(start, start + CUSTOMERS_PER_EVENT),
      });
    }
  }
}

/** A relation that starts again may keep its first time in WeCom's answer; the callback tells the new one. */
function startOf({ followedAt, addedAt }: ObservedRelation): Date {
  return addedAt && addedAt > followedAt ? addedAt : followedAt;
}
