import { Injectable } from '@nestjs/common';
import type { Occurrence } from '../domain/occurrence.js';
import { ORDER_PAID, ORDER_REFUNDED } from '../domain/triggers.js';
import { type OrderFact, orderIdIn, type OrderKey, OrderStore } from '../persistence/order-store.js';
import { RuleStore } from '../persistence/rule-store.js';

/** Keeps what was paid and refunded, for corps with rules that reward orders. Inside an open unit of work. */
@Injectable()
export class RecordOrders {
  constructor(
    private readonly orders: OrderStore,
    private readonly rules: RuleStore,
  ) {}

  /** The orders that events speak of; none while no rule ever rewarded one. */
  async ordersIn(occurrences: readonly Occurrence[]): Promise<OrderKey[]> {
    const facts = occurrences.flatMap((occurrence) => factOf(occurrence) ?? []);
    return facts.length > 0 && (await this.rules.isTrigger(ORDER_PAID)) ? facts : [];
  }

  /** Under the locks of these orders. @returns also those that corrected events belonged to before */
  async record(occurrences: readonly Occurrence[]): Promise<OrderKey[]> {
    const facts = await this.factsIn(occurrences);
    const others = occurrences.filter((one) => one.revision > 1 && !factOf(one));
    if (facts.length === 0 && others.length === 0) return [];
    return this.orders.record(
      facts,
      others.map(({ id, revision }) => ({ eventId: id, revision })),
    );
  }

  private async factsIn(occurrences: readonly Occurrence[]): Promise<OrderFact[]> {
    const known = await this.ordersIn(occurrences);
    return known.length === 0 ? [] : occurrences.flatMap((occurrence) => factOf(occurrence) ?? []);
  }
}

function factOf({ id, trigger, source, revision, data }: Occurrence): OrderFact | undefined {
  if (trigger !== ORDER_PAID && trigger !== ORDER_REFUNDED) return undefined;
  const orderId = orderIdIn(data);
  const amount = Number(data['amount']);
  return {
    eventId: id,
    source,
    orderId,
    kind: trigger === ORDER_PAID ? 'paid' : 'refunded',
    amount,
    revision,
  };
}
