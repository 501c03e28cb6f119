/* oxlint-disable jest/no-export, jest/require-top-level-describe -- the file that calls it starts the application */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { ShownCoupons } from '../../../src/modules/coupons/claims/queries/shown-coupons.js';
import { markOf, StockReader } from '../../../src/modules/coupons/claims/queries/stock-reader.js';
import { ClaimBatcher } from '../../../src/modules/coupons/claims/use-cases/claim-batcher.js';
import { Issuance } from '../../../src/modules/coupons/claims/use-cases/issuance.js';
import { SoldOut } from '../../../src/modules/coupons/claims/use-cases/sold-out.js';
import { Audit } from '../../../src/platform/audit/audit.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import type { ClaimsWorld } from './claims-world.js';

let world: ClaimsWorld;

const claim = (batchId: string, customerId: string, key?: string) =>
  world.ask(
    'claims',
    { batchId: toPublicId('cpb', batchId), customerId: toPublicId('cus', customerId) },
    key,
  );

/** What a process of its own would have: it knows nothing of the others. */
function newProcess(batchId: string, limits: { marksMax?: number } = {}) {
  const { get } = world.http;
  const stock = new StockReader(get(Database));
  const read = jest.spyOn(stock, 'look');
  const soldOut = Object.assign(new SoldOut(get(UnitOfWork), stock), limits);
  const look = jest.spyOn(soldOut, 'look');
  const batcher = new ClaimBatcher(get(UnitOfWork), get(Issuance), get(ShownCoupons), soldOut, get(Audit));
  return {
    read,
    hasLooked: () => Promise.all(look.mock.results.map(({ value }) => value)),
    claim: async (customerId: string, of = batchId, key = `k:${of}:${customerId}`): Promise<string> => {
      const order = { key, batchId: of, customerId, source: 'claim' } as const;
      const result = await batcher.claim(world.corpId, order);
      return result.outcome === 'claimed' ? 'claimed' : result.code;
    },
  };
}

/** Two of some forty thousand. */
function keysOfOneMark(): [string, string] {
  const seen = new Map<number, string>();
  for (let n = 0; ; n++) {
    const [key, mark] = [`key:${n}`, markOf(`key:${n}`)];
    const other = seen.get(mark);
    if (other !== undefined) return [other, key];
    seen.set(mark, key);
  }
}

/** In the world of whoever calls it. */
export function soldOutCases(started: () => ClaimsWorld): void {
  beforeAll(() => {
    world = started();
  });

  it('refuses from memory what is sold out, and sells again within a second on every process', async () => {
    const [first = '', second = '', third = ''] = await world.customers(3);
    const batchId = await world.batch({ stock: 1 });
    let nowMs = 1_000_000; // of both processes: the machine may stand still
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const [one, other] = [newProcess(batchId), newProcess(batchId)] as const;
    expect(await one.claim(first)).toBe('claimed');
    for (const { claim: claimAt, hasLooked, read } of [one, other]) {
      expect(await claimAt(second)).toBe('coupons.sold_out');
      await hasLooked();
      const before = read.mock.calls.length;
      for (let n = 0; n < 2_000; n++) expect(await claimAt(second)).toBe('coupons.sold_out');
      expect(read.mock.calls.length).toBe(before);
    }
    // by somebody who tells nobody, so no message can be lost
    const giveBack = (bucket: number) =>
      world.sql(
        'UPDATE coupons.batch_stock SET remaining = 1 WHERE corp_id = $1 AND batch_id = $2 AND bucket = $3',
        [world.corpId, batchId, bucket],
      );
    await giveBack(7);
    nowMs += 251; // who asks now makes the process look, and does not wait for it
    expect(await one.claim(second)).toBe('coupons.sold_out');
    await one.hasLooked();
    expect(await one.claim(second)).toBe('claimed');
    // and one that cannot look believes it for less than a second
    await giveBack(8);
    other.read.mockRejectedValue(new Error('the database is away'));
    nowMs += 799 - 251;
    expect(await other.claim(third)).toBe('coupons.sold_out');
    await other.hasLooked();
    nowMs += 1;
    expect(await other.claim(third)).toBe('claimed');
    jest.restoreAllMocks();
  }, 60_000);

  it('answers whoever asks again for his coupon, however many were sold after it', async () => {
    const [early = '', late = ''] = await world.customers(2);
    const batchId = await world.batch({ stock: 12_001 });
    const key = randomUUID();
    const got = await claim(batchId, early, key);
    await world.sql(
      `INSERT INTO coupons.coupons (corp_id, id, batch_id, seq, seq_limit, state, code_hash, code_cipher, issue_key, source,
              valid_from, valid_until, issued_at, state_at)
       SELECT $1, gen_random_uuid(), $2, NULL, 1, 'claimable', decode(md5('many' || n), 'hex'), '', 'many' || n, 'code_file',
              now(), now() + interval '1 day', now(), now()
         FROM generate_series(1, 12000) n`,
      [world.corpId, batchId],
    );
    await world.sql('UPDATE coupons.batch_stock SET remaining = 0 WHERE batch_id = $1', [batchId]);
    expect((await claim(batchId, late)).body.code).toBe('coupons.sold_out');
    expect((await claim(batchId, late)).body.code).toBe('coupons.sold_out');
    expect(await claim(batchId, early, key)).toEqual({ status: 201, body: { ...got.body, replayed: true } });
  }, 30_000);

  it('reads a batch once when there is no room for its keys, and forgets none that is asked for', async () => {
    const [first = '', second = ''] = await world.customers(2);
    const [batchId, other] = [await world.batch({ stock: 1 }), await world.batch({ stock: 1 })];
    let nowMs = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { claim: claimOf, hasLooked, read } = newProcess(batchId, { marksMax: 1 });
    const askAgain = async (of: string): Promise<void> => {
      expect(await claimOf(second, of)).toBe('coupons.sold_out');
      await hasLooked();
    };
    for (const sold of [batchId, other]) {
      expect(await claimOf(first, sold)).toBe('claimed');
      await askAgain(sold);
    }
    expect(read).toHaveBeenCalledTimes(2);
    for (let n = 0; n < 3; n++) for (const sold of [batchId, other]) await askAgain(sold);
    expect(read).toHaveBeenCalledTimes(2);
    nowMs += 60_001; // nobody asks for the first one any more
    const third = await world.batch({ stock: 1 });
    expect(await claimOf(first, third)).toBe('claimed');
    for (let n = 0; n < 2; n++) await askAgain(third);
    expect(read).toHaveBeenCalledTimes(3);
    jest.restoreAllMocks();
  }, 30_000);

  it('believes nothing of a batch of which it could not read all keys, though two of them have one mark', async () => {
    const [first = '', second = '', third = '', late = ''] = await world.customers(4);
    const batchId = await world.batch({ stock: 3 });
    const [one, alike] = keysOfOneMark();
    for (const [key, customerId] of [
      [one, first],
      [alike, second],
      ['unread', third],
    ] as const)
      await world.issue({ key, batchId, customerId });
    const { claim: claimOf, hasLooked } = newProcess(batchId, { marksMax: 1 });
    expect(await claimOf(late)).toBe('coupons.sold_out');
    await hasLooked();
    expect(await claimOf(third, batchId, 'unread')).toBe('claimed');
    jest.restoreAllMocks();
  });

  it('believes nothing of one corp because another one asks for its batch', async () => {
    const [first = '', second = ''] = await world.customers(2);
    const batchId = await world.batch({ stock: 1 });
    expect((await claim(batchId, first)).status).toBe(201);
    expect((await claim(batchId, second)).body.code).toBe('coupons.sold_out');
    const { id: stranger } = await world.http.addCorp();
    const order = { key: 'k', batchId, customerId: second, source: 'claim' } as const;
    expect(await world.http.get(ClaimBatcher).claim(stranger, order)).toMatchObject({
      code: 'coupons.customer_not_found',
    });
  });
}
