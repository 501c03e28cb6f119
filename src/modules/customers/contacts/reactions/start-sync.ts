import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { Syncs } from '../../../../platform/sync/syncs.js';
import { corpConnected } from '../../../../wecom/wecom.events.js';
import { CUSTOMERS_SYNC, CustomersSync } from '../use-cases/customers-sync.js';

@Injectable()
export class StartCustomersSync implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly syncs: Syncs,
    private readonly sync: CustomersSync,
  ) {}

  onModuleInit(): void {
    this.syncs.register(this.sync);
    this.consumers.register({
      name: 'customers.sync_new_corp',
      events: [corpConnected],
      apply: () => this.syncs.ensureStarted(CUSTOMERS_SYNC),
    });
  }
}
