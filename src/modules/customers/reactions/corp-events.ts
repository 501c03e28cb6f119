import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import {
  corpConnected,
  corpTagChanged,
  type CorpTagChanged,
  directoryChanged,
  type DirectoryChanged,
} from '../../../wecom/wecom.events.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { RelationTagStore } from '../persistence/relation-tag-store.js';
import { CUSTOMERS_SYNC, CustomersSync } from '../use-cases/customers-sync.js';
import { RenameStaff } from '../use-cases/rename-staff.js';

/** What happens to the corp, its tags and its staff, as far as it concerns customers. */
@Injectable()
export class CorpEvents implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly syncs: Syncs,
    private readonly sync: CustomersSync,
    private readonly renaming: RenameStaff,
    private readonly customers: CustomerStore,
    private readonly tags: RelationTagStore,
  ) {}

  onModuleInit(): void {
    this.syncs.register(this.sync);
    this.consumers.register({
      name: 'customers.sync_connected_corp',
      events: [corpConnected],
      apply: () => this.syncs.ensureStarted(CUSTOMERS_SYNC),
    });
    this.consumers.register<DirectoryChanged>({
      name: 'customers.rename_staff',
      events: [directoryChanged],
      apply: ({ payload }) => this.renameStaff(payload),
    });
    this.consumers.register<CorpTagChanged>({
      name: 'customers.drop_corp_tag',
      events: [corpTagChanged],
      apply: ({ payload }) => this.dropTag(payload),
    });
  }

  private async renameStaff({ userId, newUserId }: DirectoryChanged): Promise<void> {
    if (userId && newUserId) await this.renaming.rename(userId, newUserId);
  }

  /** WeCom sends no event to the customers that carried it (callbacks.md 3.3). */
  private async dropTag({ changeType, tagType, id }: CorpTagChanged): Promise<void> {
    if (changeType !== 'delete' || tagType !== 'tag' || !id) return;
    await this.customers.touch(await this.tags.removeEverywhere([id]));
  }
}
