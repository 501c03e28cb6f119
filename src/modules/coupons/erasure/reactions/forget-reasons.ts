import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { customersErased } from '../../../customers/customers.events.js';
import { PersonTablesOfOthers } from '../../../customers/index.js';
import { COUPON_PERSON_TABLES } from '../domain/person-tables.js';
import { TypedReasons } from '../persistence/typed-reasons.js';

/**
 * A person is handed out his coupons. When he is erased they stay, since stock, budgets and figures are recounted from them:
 * our own ids and amounts, and the names that the corp's own books have for orders, requests and coupons. What somebody wrote
 * about him goes.
 */
@Injectable()
export class ForgetReasons implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly tables: PersonTablesOfOthers,
    private readonly reasons: TypedReasons,
  ) {}

  onModuleInit(): void {
    this.tables.register(COUPON_PERSON_TABLES);
    this.consumers.register({
      name: 'coupons.forget_reasons',
      events: [customersErased],
      apply: ({ payload }) => this.reasons.clear(payload.customerIds),
    });
  }
}
