import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import type { StoredEvent } from '../../../../platform/events/event.js';
import { contactChanged, type ContactChanged, SAME_SECOND_MS } from '../../../../wecom/wecom.events.js';
import { deletionOf, isAddition } from '../domain/contact-change.js';
import { type ReadContact, ReadContactFromWecom } from '../use-cases/read-contact.js';
import { StoreContact } from '../use-cases/store-contact.js';

/** Every callback about a customer means: look at this customer again. Deletions also say who did it and when. */
@Injectable()
export class ContactEvents implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly wecom: ReadContactFromWecom,
    private readonly storing: StoreContact,
  ) {}

  onModuleInit(): void {
    this.consumers.register<ContactChanged, ReadContact>({
      name: 'customers.refresh_contact',
      events: [contactChanged],
      delayMs: SAME_SECOND_MS,
      load: ({ corpId, payload }) => this.wecom.read(corpId, payload.externalUserId, payload.userId),
      apply: (event, read) => this.apply(event, read),
    });
  }

  private async apply({ payload }: StoredEvent<ContactChanged>, read: ReadContact): Promise<void> {
    const at = new Date(payload.happenedAt);
    const staffUserId = payload.userId;
    const by = deletionOf(payload.changeType);
    const byTransfer = payload.source === 'DELETE_BY_TRANSFER';
    await this.storing.store(read, {
      ...(by && { deletion: { staffUserId, by, at, byTransfer } }),
      ...(isAddition(payload.changeType) && { addition: { staffUserId, at } }),
    });
  }
}
