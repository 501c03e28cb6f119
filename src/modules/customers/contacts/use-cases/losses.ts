import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { Events } from '../../../../platform/events/events.js';
import type { EventDefinition } from '../../../../platform/events/event.js';
import { customersLost, customersReturned } from '../../customers.events.js';

const CUSTOMERS_PER_EVENT = 500;

/**
 * Who is lost: a customer with follow relations, none of them active. Call it after relations began or ended, in the same
 * unit of work; each crossing is told once, because the customer's own row remembers on which side he is.
 */
@Injectable()
export class Losses {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
  ) {}

  async settle(customerIds: readonly string[]): Promise<void> {
    if (customerIds.length === 0) return;
    const { corpId } = this.database;
    // A statement of its own: the next one then sees what those wrote for whom this one waited.
    await this.database.execute(LOCK, [corpId, customerIds]);
    const crossed = await this.database.query<{ id: string; lost: boolean }>(CROSS, [corpId, customerIds]);
    await this.append(
      customersLost,
      crossed.filter(({ lost }) => lost),
    );
    await this.append(
      customersReturned,
      crossed.filter(({ lost }) => !lost),
    );
  }

  private async append(
    event: EventDefinition<{ customerIds: string[] }>,
    customers: readonly { id: string }[],
  ): Promise<void> {
    for (let start = 0; start < customers.length; start += CUSTOMERS_PER_EVENT) {
      const part = customers.slice(start, start + CUSTOMERS_PER_EVENT);
      await this.events.append(event, { customerIds: part.map(({ id }) => id) });
    }
  }
}

const LOCK = `
  SELECT FROM customers.customers WHERE corp_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
const CROSS = `
  UPDATE customers.customers c
     SET lost_at = CASE WHEN now.active THEN NULL ELSE statement_timestamp() END, updated_at = statement_timestamp()
    FROM (SELECT customer_id, bool_or(ended_at IS NULL) AS active FROM customers.follow_relations
           WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) GROUP BY customer_id) AS now
   WHERE c.corp_id = $1 AND c.id = now.customer_id AND (c.lost_at IS NULL) <> now.active
  RETURNING c.id, c.lost_at IS NOT NULL AS lost`;
