import { Injectable } from '@nestjs/common';
import type { WecomContact } from '../../../../wecom/index.js';
import type { RelationEnded } from '../../customers.events.js';
import type { EndedBy } from '../domain/contact-change.js';
import { type Addition, observeContact } from '../domain/observe.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { type EndedRelation, RelationEnds } from '../persistence/relation-ends.js';
import { RelationHistoryStore } from '../persistence/relation-history-store.js';
import { Losses } from './losses.js';
import { MirrorContacts } from './mirror-contacts.js';
import type { ReadContact } from './read-contact.js';
import { TellRelations } from './tell-relations.js';

export interface Deletion {
  readonly staffUserId: string;
  readonly by: EndedBy;
  readonly at: Date;
  /** WeCom did it, because the customer was handed over. */
  readonly byTransfer?: boolean;
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
    private readonly history: RelationHistoryStore,
    private readonly losses: Losses,
    private readonly telling: TellRelations,
  ) {}

  async store(read: ReadContact, news: ContactNews = {}): Promise<void> {
    const revived = read.contact ? await this.storeShown(read, read.contact, news.addition) : [];
    if (!read.contact) await this.customers.markDetailAsked(read.externalUserId, read.readAt);
    const told = await this.storeNews(read, news);
    const gone = await this.ends.endVanished(read.externalUserId, read.vanished, read.readAt);
    await this.appendEnded(gone, 'unknown');
    const concerned = [...revived, ...told, ...gone.map(({ customerId }) => customerId)];
    await this.losses.settle([...new Set(concerned)]);
  }

  /** @returns the customer when he may have come back. */
  private async storeShown(
    read: ReadContact,
    contact: WecomContact,
    addition: Addition | undefined,
  ): Promise<string[]> {
    const changes = await this.mirror.apply(observeContact(contact, read.readAt, addition));
    await this.telling.started([...changes.inserted, ...changes.reopened]);
    return changes.revived;
  }

  /** @returns the customer when an event said that something began or ended. */
  private async storeNews(read: ReadContact, { addition, deletion }: ContactNews): Promise<string[]> {
    const added = read.withheld ? undefined : addition;
    if (!added && !deletion) return [];
    const customerId = await this.customers.lockOrStub(read.externalUserId);
    const { readAt } = read;
    if (added) {
      await this.ends.recordAddition({ customerId, readAt, ...added });
      await this.history.recordTold({ customerId, what: 'added', ...added });
    }
    if (deletion) {
      const ended = await this.ends.recordDeletion(deletion.by, { customerId, readAt, ...deletion });
      await this.history.recordTold({ customerId, what: deletion.by, ...deletion });
      if (ended) await this.appendEnded([ended], deletion.by, deletion.at);
    }
    await this.customers.touch([customerId]);
    return [customerId];
  }

  private async appendEnded(
    ended: readonly EndedRelation[],
    endedBy: RelationEnded['endedBy'],
    at?: Date,
  ): Promise<void> {
    await this.customers.touch([...new Set(ended.map((relation) => relation.customerId))]);
    await this.telling.ended(ended, endedBy, at);
  }
}
