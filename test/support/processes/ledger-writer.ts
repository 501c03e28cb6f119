/**
 * 32 callers who post at the same time, each a sequence that only depends on SEED and WRITER, until all of it is booked: a
 * writer that was killed begins again at the first order. Tells each transfer as soon as it is answered.
 */
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../src/app.module.js';
import type { Posting, PostingResult } from '../../../src/modules/loyalty/ledger/domain/posting.js';
import { Ledger } from '../../../src/modules/loyalty/ledger/use-cases/ledger.js';
import { PostingBatcher } from '../../../src/modules/loyalty/ledger/use-cases/posting-batcher.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { MasterKeys } from '../../../src/platform/crypto/master-keys.js';
import { isUnavailable } from '../../../src/platform/database/unavailable.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { AppLogger } from '../../../src/platform/logging/app-logger.js';
import { randomFrom } from '../seeded-random.js';

const CALLERS = 32;
const corpId = process.env['CORP_ID'] as CorpId;
const programId = process.env['PROGRAM_ID'] ?? '';
const customers = (process.env['CUSTOMERS'] ?? '').split(',');
const writer = Number(process.env['WRITER']);
const orders = Number(process.env['ORDERS']);
const seed = Number(process.env['SEED']);

const config = new AppConfig({
  port: 0,
  host: '127.0.0.1',
  role: 'api',
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  wecomApiBaseUrl: 'http://127.0.0.1:1',
  masterKeys: `test:${Buffer.alloc(32, 7).toString('base64')}`, // the same for each life
  dataDir: tmpdir(),
  logLevel: 'silent',
  syncEndedShareMax: 0.2,
  callbackSpoolMbMax: 16,
});
const parts = { config, logger: new AppLogger({ level: 'silent' }), masterKeys: MasterKeys.load(config) };
const app = await NestFactory.createApplicationContext(AppModule.with(parts), { logger: ['error'] });
const [batcher, ledger, unit] = [app.get(PostingBatcher), app.get(Ledger), app.get(UnitOfWork)];
process.send?.({ type: 'ready' });
await Promise.all(Array.from({ length: CALLERS }, (_, caller) => post(caller)));
process.send?.({ type: 'done' });

async function post(caller: number): Promise<void> {
  const random = randomFrom(seed + 1_000 * writer + caller);
  const pick = (bound: number): number => Math.floor(random() * bound);
  const earned: string[] = [];
  for (let n = 0; n < orders; n++) {
    const key = `${writer}-${caller}-${n}`;
    const order = { key, programId, customerId: customers[pick(customers.length)] ?? '', wallet: 'points' };
    const [kind, amount, which] = [pick(10), 1 + pick(50), pick(1_000)];
    const transferId = earned[which % earned.length];
    const result =
      kind === 0 && transferId
        ? await untilAnswered(() => reverse(key, transferId, amount))
        : await untilAnswered(() =>
            batcher.post(corpId, { ...order, kind: kind < 4 ? 'spend' : 'earn', amount } satisfies Posting),
          );
    if (result.outcome === 'refused') continue;
    if (kind >= 4) earned.push(result.transferId);
    process.send?.({ type: 'posted', key, transferId: result.transferId });
  }
}

async function reverse(key: string, transferId: string, amount: number): Promise<PostingResult> {
  const [result] = await unit.run(corpId, () => ledger.reverse([{ key, programId, transferId, amount }]));
  if (!result) throw new Error('no result');
  return result;
}

async function untilAnswered(ask: () => Promise<PostingResult>): Promise<PostingResult> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await sleep(50);
    }
  }
}
