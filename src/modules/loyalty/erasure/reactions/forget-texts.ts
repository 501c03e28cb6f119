import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { customersErased } from '../../../customers/customers.events.js';
import { TypedTexts } from '../persistence/typed-texts.js';

/** Of an erased person what is booked stays, and nothing that somebody wrote about him. */
@Injectable()
export class ForgetTexts implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly texts: TypedTexts,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'loyalty.forget_texts',
      events: [customersErased],
      apply: async ({ payload }) => {
        await this.texts.clear(payload.customerIds);
        await this.texts.forgetContacts(payload.customerIds);
      },
    });
  }
}
