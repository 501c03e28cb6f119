import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import { corpConnected, directoryConnected } from '../../../wecom/wecom.events.js';
import { STAFF_SYNC } from '../use-cases/staff-sync.js';

@Injectable()
export class StartStaffSync implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly syncs: Syncs,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'staff.sync_new_corp',
      events: [corpConnected, directoryConnected],
      apply: () => this.syncs.ensureStarted(STAFF_SYNC),
    });
  }
}
