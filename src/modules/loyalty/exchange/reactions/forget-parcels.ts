import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { customersErased } from '../../../customers/customers.events.js';
import { ExchangeStore } from '../persistence/exchange-store.js';

/** The number of a parcel leads to a person; what was exchanged stays booked. */
@Injectable()
export class ForgetParcels implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly exchanges: ExchangeStore,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'loyalty.forget_parcels',
      events: [customersErased],
      apply: ({ payload }) => this.exchanges.forgetParcels(payload.customerIds),
    });
  }
}
