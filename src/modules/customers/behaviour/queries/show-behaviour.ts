import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { customersErrors } from '../../customers.errors.js';
import { Persons } from '../../identity/queries/persons.js';
import { behaviourErrors } from '../behaviour.errors.js';
import {
  type BehaviourEvent,
  BehaviourEvents,
  type EventPlace,
  type EventRevision,
  type OrdersSummary,
} from './behaviour-events.js';

/** What the API shows of behaviour: of a person, by any of his customers. Inside an open unit of work. */
@Injectable()
export class ShowBehaviour {
  constructor(
    private readonly database: Database,
    private readonly persons: Persons,
    private readonly events: BehaviourEvents,
  ) {}

  /** @throws customers.event_not_found */
  async event(id: string): Promise<{ event: BehaviourEvent; revisions: EventRevision[] }> {
    const event = await this.events.find(id);
    if (!event) throw behaviourErrors.event_not_found();
    return { event, revisions: event.revision > 1 ? await this.events.revisionsOf(id) : [] };
  }

  /** @throws customers.not_found */
  async list(
    customerId: string,
    filter: { type?: string },
    page: { after: EventPlace | undefined; limit: number },
  ): Promise<(BehaviourEvent & { sortedAt: string })[]> {
    return this.events.list(await this.personOf(customerId), filter, page);
  }

  /** @throws customers.not_found */
  async ordersOf(customerId: string): Promise<OrdersSummary> {
    return this.events.ordersOf(await this.personOf(customerId));
  }

  private async personOf(customerId: string): Promise<string[]> {
    const known = await this.database.maybeOne(
      'SELECT id FROM customers.customers WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, customerId],
    );
    if (!known) throw customersErrors.not_found();
    return this.persons.customersOf(customerId);
  }
}
