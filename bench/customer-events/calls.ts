import { randomUUID } from 'node:crypto';
import { toPublicId } from '../../src/platform/context/typed-id.js';

export const EVENTS_IN_CALL = 1_000;
const DAY_MS = 86_400_000;
const DAYS = 360;

/** Bodies of calls as a shop sends them: a third orders, the rest visits, of the last year; each run tells new events. */
export function makeCalls(events: number, customerIds: readonly string[]): string[] {
  const run = randomUUID();
  const now = Date.now();
  return Array.from({ length: Math.ceil(events / EVENTS_IN_CALL) }, (_, call) =>
    JSON.stringify({
      events: Array.from({ length: EVENTS_IN_CALL }, (_none, n) => {
        const index = call * EVENTS_IN_CALL + n;
        const customerId = toPublicId('cus', customerIds[(index * 7919) % customerIds.length] ?? '');
        const at = new Date(now - ((index * 104_729) % DAYS) * DAY_MS - n).toISOString();
        return { source: 'shop', externalId: `${run}-${index}`, at, customerId, ...contentOf(index) };
      }),
    }),
  );
}

function contentOf(index: number): object {
  if (index % 3 > 0)
    return { type: 'page_viewed', data: { page: `/goods/${index % 500}`, seconds: index % 90 } };
  const items = [{ sku: `S${index % 500}`, name: `龙井 ${index % 500}`, quantity: 1, amount: 12_900 }];
  return { type: 'order_paid', data: { orderId: `SO-${index}`, amount: 12_900, currency: 'CNY', items } };
}

/** Sends them over so many connections. @throws unless each answers 200 and records every event. */
export async function sendCalls(
  { url, key }: { url: string; key: string },
  calls: readonly string[],
  connections: number,
): Promise<void> {
  const left = [...calls];
  const worker = async (): Promise<void> => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const response = await fetch(`${url}/v1/customer-events`, {
        method: 'POST',
        body,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
      });
      const text = await response.text();
      const recorded = text.match(/"status":"recorded","id"/g)?.length;
      if (response.status !== 200 || recorded !== EVENTS_IN_CALL) {
        throw new Error(`a call answered ${response.status} and recorded ${recorded}: ${text.slice(0, 300)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
}
