import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { MissingCount, Sync, SyncItem, SyncPass, SyncStep } from '../../../platform/sync/sync.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import { CorpTagsGateway } from '../../../wecom/index.js';
import type { CorpTagGroupReading } from '../domain/corp-tag.js';
import { CorpTagRepository } from '../persistence/corp-tag-repository.js';
import { RecordCorpTags } from './record-corp-tags.js';

export const CORP_TAGS_SYNC = 'segments.sync-corp-tags';

/** Pulls the whole tag library, which is one call (at most 10,000 tags, page 92117). */
@Injectable()
export class CorpTagsSync implements Sync<readonly CorpTagGroupReading[]>, OnModuleInit {
  readonly kind = CORP_TAGS_SYNC;
  readonly first: SyncItem = { stage: 1, key: 'library' };

  constructor(
    private readonly syncs: Syncs,
    private readonly gateway: CorpTagsGateway,
    private readonly record: RecordCorpTags,
    private readonly tags: CorpTagRepository,
  ) {}

  onModuleInit(): void {
    this.syncs.register(this);
  }

  load(_item: SyncItem, { corpId }: SyncPass): Promise<readonly CorpTagGroupReading[]> {
    return this.gateway.list(corpId);
  }

  apply(_item: SyncItem, groups: readonly CorpTagGroupReading[], readAt: Date): Promise<SyncStep> {
    return this.record.record(groups, readAt);
  }

  countMissing(pass: SyncPass): Promise<Record<string, MissingCount>> {
    return this.tags.countMissing(pass.startedAt);
  }

  endMissing(pass: SyncPass): Promise<number> {
    return this.record.endMissing(pass.startedAt);
  }
}
