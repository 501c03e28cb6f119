import { Injectable } from '@nestjs/common';
import { Events } from '../../../platform/events/events.js';
import { relationEnded, relationStarted, type RelationEnded } from '../customers.events.js';
import type { EndedBy } from '../domain/contact-change.js';
import type { Observation } from '../domain/contact-observation.js';
import { type Addition, observeContact } from '../domain/observe.js';
import { CustomerStore } from '../persistence/customer-store.js';
import {
  type EndedRelation,
  pairOf,
  RelationStore,
  type WrittenRelation,
} from '../persistence/relation-store.js';
import { MirrorContacts } from './mirror-contacts.js';
import type { ReadContact } from './read-contact.js';

export interface Deletion {
  readonly staffUserId: string;
  readonly by: EndedBy;
  readonly at: Date;
}

/** Stores a full read of one customer, with what an event says beyond it. Inside an open unit of work. */
@Injectable()
export class StoreContact {
  constructor(
    private readonly mirror: MirrorContacts,
    private readonly customers: CustomerStore,
    private readonly relations: RelationStore,
    private readonly events: Events,
  ) {}

  async store(read: ReadContact, news: { addition?: Addition; deletion?: Deletion } = {}): Promise<void> {
    if (read.contact) {
      const observation = observeContact(read.contact, read.readAt, news.addition);
      const { inserted, reopened } = await this.mirror.apply(observation);
      await this.appendStarted(observation, [...inserted, ...reopened]);
    } else {
      await this.customers.markDetailAsked(read.externalUserId, read.readAt);
    }
    if (news.deletion) await this.storeDeletion(read, news.deletion);
    const gone = await this.relations.endVanished(read.externalUserId, read.vanished, read.readAt);
    await this.appendEnded(gone, 'unknown');
  }

  private async storeDeletion({ externalUserId, readAt }: ReadContact, deletion: Deletion): Promise<void> {
    const customerId = await this.customers.lockOrStub(externalUserId);
    const ended = await this.relations.recordDeletion({ customerId, readAt, ...deletion });
    await this.customers.touch([customerId]);
    if (ended) await this.appendEnded([ended], deletion.by);
  }

  private async appendStarted(observation: Observation, started: readonly WrittenRelation[]): Promise<void> {
    const observed = new Map(observation.relations.map((relation) => [pairOf(relation), relation]));
    for (const { id, customerId, externalUserId, staffKey } of started) {
      const relation = observed.get(pairOf({ externalUserId, staffUserId: staffKey }));
      if (!relation) continue;
      const { staffUserId, addWay, state } = relation;
      await this.events.append(relationStarted, { customerId, relationId: id, staffUserId, addWay, state });
    }
  }

  private async appendEnded(
    ended: readonly EndedRelation[],
    endedBy: RelationEnded['endedBy'],
  ): Promise<void> {
    await this.customers.touch([...new Set(ended.map((relation) => relation.customerId))]);
    for (const { id, customerId, staffUserId } of ended) {
      await this.events.append(relationEnded, { customerId, relationId: id, staffUserId, endedBy });
    }
  }
}
