/**
 * 32 callers who claim from a batch, each a sequence of attempts that only depends on SEED and WRITER: one that was killed
 * begins again at the first attempt. Tells each coupon as soon as it is answered. As long as there are some they take their
 * time, so that deaths meet the sale.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssueOrder } from '../../../src/modules/coupons/claims/domain/issue-order.js';
import {
  ClaimBatcher,
  type ClaimResult,
} from '../../../src/modules/coupons/claims/use-cases/claim-batcher.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { isUnavailable } from '../../../src/platform/database/unavailable.js';
import { randomFrom } from '../seeded-random.js';
import { startApplicationContext } from './application-context.js';

const CALLERS = 32;
const corpId = process.env['CORP_ID'] as CorpId;
const batchId = process.env['BATCH_ID'] ?? '';
const customers = (process.env['CUSTOMERS'] ?? '').split(',');
const writer = Number(process.env['WRITER']);
const attempts = Number(process.env['ATTEMPTS']);
const paceMs = Number(process.env['PACE_MS']);
const seed = Number(process.env['SEED']);
const refused: Record<string, number> = {};

const app = await startApplicationContext();
const batcher = app.get(ClaimBatcher);
process.send?.({ type: 'ready' });
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => claimAll(caller)));
process.send?.({ type: 'done', refused });

async function claimAll(caller: number): Promise<void> {
  const random = randomFrom(seed + 1_000 * writer + caller);
  for (let n = caller; n < attempts; n += CALLERS) {
    const customerId = customers[Math.floor(random() * customers.length)] ?? '';
    const key = `${batchId}:${writer}:${n}`;
    const result = await untilAnswered({ key, batchId, customerId, source: 'claim' });
    if (result.outcome === 'claimed')
      process.send?.({ type: 'claimed', key, couponId: result.coupon.id, code: result.coupon.code });
    else refused[result.code] = (refused[result.code] ?? 0) + 1;
    if (!refused['coupons.sold_out']) await sleep(Math.random() * paceMs);
  }
}

async function untilAnswered(order: IssueOrder): Promise<ClaimResult> {
  for (;;) {
    try {
      return await batcher.claim(corpId, order);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await sleep(50);
    }
  }
}
