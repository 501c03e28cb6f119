import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import { corpConnected } from '../../../wecom/wecom.events.js';
import { CORP_TAGS_SYNC } from '../use-cases/corp-tags-sync.js';

@Injectable()
export class StartCorpTagsSync implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly syncs: Syncs,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'segments.sync_new_corp',
      events: [corpConnected],
      apply: () => this.syncs.ensureStarted(CORP_TAGS_SYNC),
    });
  }
}
