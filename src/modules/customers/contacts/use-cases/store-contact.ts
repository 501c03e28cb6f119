import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import type { WecomContact } from '../../../../wecom/index.js';
import { relationEnded, relationStarted, type RelationEnded } from '../../customers.events.js';
import type { EndedBy } from '../domain/contact-change.js';
import type { ObservedRelation } from '../domain/contact-observation.js';
import { type Addition, observeContact } from '../domain/observe.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { type EndedRelation, RelationEnds } from '../persistence/relation-ends.js';
import type { WrittenRelation } from '../persistence/relation-store.js';
import { MirrorContacts } from './mirror-contacts.js';
import type { ReadContact } from './read-contact.js';

export interface Deletion {
  readonly staffUserId: string;
  readonly by: EndedBy;
  readonly at: Date;
}

export interface ContactNews {
  readonly addition?: Addition;
  readonly deletion?: Deletion;
}

/** Stores a full read of one customer, with what an event says beyond it. Inside an open unit of work. */
@Injectable()
export class StoreContact {
  constructor(
    private readonly mirror: MirrorContacts,
    private readonly customers: CustomerStore,
    private readonly ends: RelationEnds,
    private readonly events: Events,
  ) {}

  async store(read: ReadContact, news: ContactNews = {}): Promise<void> {
    if (read.contact) await this.storeShown(read, read.contact, news.addition);
    else await this.customers.markDetailAsked(read.externalUserId, read.readAt);
    await this.storeNews(read, news);
    const gone = await this.ends.endVanished(read.externalUserId, read.vanished, read.readAt);
    await this.appendEnded(gone, 'unknown');
  }

  private async storeShown(
    read: ReadContact,
    contact: WecomContact,
    addition: Addition | undefined,
  ): Promise<void> {
    const { inserted, reopened } = await this.mirror.apply(observeContact(contact, read.readAt, addition));
    await this.appendStarted([...inserted, ...reopened]);
  }

  private async storeNews(read: ReadContact, { addition, deletion }: ContactNews): Promise<void> {
    const added = read.withheld ? undefined : addition;
    if (!added && !deletion) return;
    const customerId = await this.customers.lockOrStub(read.externalUserId);
    const { readAt } = read;
    if (added) await this.ends.recordAddition({ customerId, readAt, ...added });
    const ended =
      deletion && (await this.ends.recordDeletion(deletion.by, { customerId, readAt, ...deletion }));
    await this.customers.touch([customerId]);
    if (ended && deletion) await this.appendEnded([ended], deletion.by, deletion.at);
  }

  private async appendStarted(started: readonly WrittenRelation[]): Promise<void> {
    for (const { id, customerId, observed } of started) {
      const { staffUserId, addWay, state } = observed;
      const startedAt = startOf(observed).toISOString();
      const relation = { customerId, relationId: id, staffUserId };
      await this.events.append(relationStarted, { ...relation, addWay, state, startedAt });
    }
  }

  private async appendEnded(
    ended: readonly EndedRelation[],
    endedBy: RelationEnded['endedBy'],
    at?: Date,
  ): Promise<void> {
    await this.customers.touch([...new Set(ended.map((relation) => relation.customerId))]);
    for (const { id, customerId, staffUserId } of ended) {
      const relation = { customerId, relationId: id, staffUserId, endedBy };
      await this.events.append(relationEnded, { ...relation, ...(at && { endedAt: at.toISOString() }) });
    }
  }
}

/** A relation that starts again may keep its first time in WeCom's answer; the callback tells the new one. */
function startOf({ followedAt, addedAt }: ObservedRelation): Date {
  return addedAt && addedAt > followedAt ? addedAt : followedAt;
}
