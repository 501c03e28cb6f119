import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { ContactsGateway } from '../../../../wecom/index.js';
import { directoryChanged, type DirectoryChanged } from '../../../../wecom/wecom.events.js';
import { corpTagsDeleted, type CorpTagsDeleted } from '../../../segments/segments.events.js';
import { staffKeyOf } from '../domain/staff-key.js';
import { CustomerStore } from '../persistence/customer-store.js';
import { RelationTagStore } from '../persistence/relation-tag-store.js';
import { RenameStaff } from '../use-cases/rename-staff.js';

/** What happens to the corp's tags and staff, as far as it concerns customers. */
@Injectable()
export class CorpEvents implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly contacts: ContactsGateway,
    private readonly renaming: RenameStaff,
    private readonly customers: CustomerStore,
    private readonly tags: RelationTagStore,
  ) {}

  onModuleInit(): void {
    this.consumers.register<DirectoryChanged, boolean>({
      name: 'customers.rename_staff',
      events: [directoryChanged],
      load: ({ corpId, payload }) => this.isUnknownNow(corpId, payload),
      apply: ({ payload }, unknown) => this.renameStaff(payload, unknown),
    });
    this.consumers.register<CorpTagsDeleted>({
      name: 'customers.drop_corp_tags',
      events: [corpTagsDeleted],
      apply: ({ payload }) => this.dropTags(payload),
    });
  }

  /** A late event may speak of a userid that somebody new has by now; their customers are not the old one's. */
  private async isUnknownNow(corpId: CorpId, { userId, newUserId }: DirectoryChanged): Promise<boolean> {
    if (!userId || !newUserId) return false;
    const serving = await this.contacts.listFollowUserIds(corpId);
    return !serving.some((other) => staffKeyOf(other) === staffKeyOf(userId));
  }

  private async renameStaff({ userId, newUserId }: DirectoryChanged, unknown: boolean): Promise<void> {
    if (userId && newUserId && unknown) await this.renaming.rename(userId, newUserId);
  }

  private async dropTags({ wecomTagIds }: CorpTagsDeleted): Promise<void> {
    await this.customers.touch(await this.tags.removeEverywhere(wecomTagIds));
  }
}
