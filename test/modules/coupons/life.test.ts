import { randomUUID } from 'node:crypto';
import { decodeQR } from 'qr/decode.js';
import { encodeQR } from 'qr';
import { Codes } from '../../../src/modules/coupons/codes/use-cases/codes.js';
import { WRONG_CODES_MAX } from '../../../src/modules/coupons/codes/use-cases/guesses.js';
import { batchChanged } from '../../../src/modules/coupons/coupons.events.js';
import { COUPON_STATES, stateAt, TRANSITIONS } from '../../../src/modules/coupons/life/domain/coupon.js';
import { CouponStore } from '../../../src/modules/coupons/life/persistence/coupon-store.js';
import { CouponSweep } from '../../../src/modules/coupons/life/reactions/coupon-sweep.js';
import { EndCoupons } from '../../../src/modules/coupons/life/use-cases/end-coupons.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { TakenEvents } from '../loyalty/taken-events.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';
import { COMMANDS, WALK } from './coupon-walk.js';

let world: ClaimsWorld;
let batchId: string;
let customerId: string;
let key: string;

const cpn = (id: string) => toPublicId('cpn', id);
const call = (method: string, path: string, payload?: object, as = key) =>
  world.call(method, `/v1/coupons${path}`, payload, as);
const sql = (text: string, ...params: unknown[]) => world.sql<any>(text, [world.corpId, ...params]);
const couponOf = async (id: string) =>
  (await sql('SELECT * FROM coupons.coupons WHERE corp_id = $1 AND id = $2', id))[0];
async function issue(over: object = {}): Promise<string> {
  const [result] = await world.issue({ batchId, customerId, ...over });
  if (result?.outcome !== 'issued') throw new Error(JSON.stringify(result));
  return result.couponId;
}
/** A copy that ended a second ago: the triggers guard what changes, not what comes in. */
async function expired(id: string, state = 'claimed'): Promise<string> {
  const copy = randomUUID();
  const lock = state === 'locked';
  await sql(
    `INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash, code_cipher,
            issue_key, source, valid_from, valid_until, order_id, locked_until, lock_discount, issued_at, state_at)
     SELECT corp_id, $3::uuid, batch_id, customer_id, $3::uuid, 1, 1, $4, decode(md5($3::uuid::text), 'hex'), code_cipher, $3::uuid::text, source,
            now() - interval '1 day', now() - interval '1 second', $5, $6::timestamptz, $7::bigint, issued_at, state_at
       FROM coupons.coupons WHERE corp_id = $1 AND id = $2`,
    id,
    copy,
    state,
    lock ? 'order' : null,
    lock ? new Date(Date.now() - 60_000).toISOString() : null,
    lock ? 0 : null,
  );
  return copy;
}

beforeAll(async () => {
  world = await startClaimsWorld();
  batchId = await world.batch({ stock: 1000, perPerson: 1000 });
  [customerId = ''] = await world.customers(1);
  key = await world.http.corpKey(world.corpId, ['coupons:read', 'coupons:write']);
});
afterAll(() => world.close());

describe('the transitions of a coupon (C-4)', () => {
  const LAW: Record<string, string[]> = {
    claimable: ['claimed', 'expired', 'void'],
    claimed: ['locked', 'redeemed', 'expired', 'void'],
    locked: ['claimed', 'locked', 'redeemed', 'expired', 'void'],
    redeemed: ['reversed', 'claimed'],
    reversed: [],
    expired: [],
    void: [],
  };

  it('are those of the law in the code', () => expect(TRANSITIONS).toEqual(LAW));

  it('are those of the law in the database, for every sequence of up to six commands', async () => {
    // a refused command changes nothing, so a sequence with refusals is a shorter one: every legal way is walked, and at
    // each step of it each command is tried
    const id = await issue({ customerId: null });
    await world.http.sql(WALK.define);
    const walked = await sql(WALK.run, id, customerId);
    const expectedWays: string[] = [];
    const walk = (way: string[], from: string) => {
      const [state = '', orderId] = from.split('-');
      for (const command of COMMANDS) {
        const [to = '', byOrder] = command.split('-');
        const isOfOther = state === 'locked' && ['locked', 'redeemed'].includes(to) && byOrder !== orderId;
        const isLegal = (LAW[state]?.includes(to) ?? false) && !isOfOther; // C-6
        expectedWays.push(`${[...way, command].join(' ')} ${isLegal ? 'done' : 'refused'}`);
        if (isLegal && way.length < 5) walk([...way, command], command);
      }
    };
    walk([], 'claimable');
    expect(new Set(COMMANDS.map((command) => command.split('-')[0]))).toEqual(new Set(COUPON_STATES));
    expect(expectedWays.length).toBeGreaterThan(1_500);
    expect(walked.map(({ line }) => line).sort()).toEqual(expectedWays.sort());
    expect(await couponOf(id)).toMatchObject({ state: 'claimable', version: 0 });
  });

  it('hold against hands in the database', async () => {
    const id = await issue();
    const update = (set: string) =>
      sql(`UPDATE coupons.coupons SET ${set} WHERE corp_id = $1 AND id = $2`, id);
    const lock = `state = 'locked', order_id = 'a', locked_until = now() + interval '1 hour', lock_discount = 0`;
    await expect(update(`state = 'void'`)).rejects.toThrow('coupon_version');
    await expect(update(`state = 'void', version = version + 2`)).rejects.toThrow('coupon_version');
    for (const change of [`valid_until = valid_until + interval '1 day'`, `customer_id = gen_random_uuid()`])
      await expect(update(`${lock}, ${change}, version = version + 1`)).rejects.toThrow('coupon_fixed');
    for (const change of [`issue_key = 'x'`, `code_hash = 'x'`, `batch_id = gen_random_uuid()`])
      await expect(update(`${lock}, ${change}, version = version + 1`)).rejects.toThrow('coupon_fixed');
    await update(`${lock}, version = version + 1`);
    for (const state of ['locked', 'redeemed']) {
      const clear = state === 'redeemed' ? ', locked_until = NULL, lock_discount = NULL' : '';
      await expect(
        update(`state = '${state}', order_id = 'b'${clear}, version = version + 1`),
      ).rejects.toThrow('coupon_locked'); // C-6
    }
    await expect(sql('DELETE FROM coupons.coupons WHERE corp_id = $1')).rejects.toThrow('append-only');
  });

  it('have an event each, written with them, and only one of two at once is made', async () => {
    const id = await issue();
    const store = world.http.get(CouponStore);
    const until = new Date(Date.now() + 3_600_000);
    const lock = { until, storeId: null, discount: 0 };
    const tries = ['a', 'b', 'c', 'd'].map((orderId) =>
      world.run(() => store.move([{ id, version: 0, to: 'locked', orderId, lock, amount: 7 }])),
    );
    expect((await Promise.all(tries)).flat()).toHaveLength(1);
    const { body } = await call('GET', `/${cpn(id)}/events`);
    expect(body.items).toMatchObject([{ version: 1, from: 'claimed', to: 'locked', amount: 7 }]);
    await expect(sql('DELETE FROM coupons.coupon_events WHERE corp_id = $1')).rejects.toThrow('append-only');
  });
});

describe('what a coupon is', () => {
  it('is right at once, by time, before a sweeper has come', async () => {
    const [one, two] = [await expired(await issue()), await expired(await issue(), 'locked')];
    for (const id of [one, two]) {
      expect((await call('GET', `/${cpn(id)}`)).body).toMatchObject({ state: 'expired', lockedUntil: null });
      const listed = await call('GET', `?batchId=${toPublicId('cpb', batchId)}&state=expired&limit=200`);
      expect(listed.body.items.map((item: any) => item.id)).toContain(cpn(id));
      expect((await call('POST', `/${cpn(id)}/void`, { reason: 'x' })).body.code).toBe(
        'coupons.coupon_state_refused',
      );
    }
    expect((await couponOf(one)).state).toBe('claimed');
    await world.http.get(CouponSweep).expire(world.corpId, AbortSignal.timeout(60_000));
    expect(await world.run(() => world.http.get(EndCoupons).expire())).toBe(0);
    expect(await couponOf(two)).toMatchObject({ state: 'expired', version: 1, locked_until: null });
    const now = new Date('2026-11-22T08:00:00Z');
    const ended = {
      state: 'locked',
      validUntil: new Date('2026-11-23T00:00:00Z'),
      lockedUntil: now,
    } as const;
    expect(stateAt(ended, now)).toBe('claimed');
    expect(stateAt(ended, new Date(now.getTime() - 1))).toBe('locked');
    expect(stateAt(ended, ended.validUntil)).toBe('expired');
  });

  it('is listed for the person, whichever of his customers holds it', async () => {
    const [a = '', b = ''] = await world.customers(2);
    await world.link(a, b);
    const held = [await issue({ customerId: a }), await issue({ customerId: b })];
    const { body } = await call('GET', `?customerId=${toPublicId('cus', a)}`);
    expect(body.items.map(({ id }: any) => id)).toEqual(held.reverse().map(cpn));
    const page = (await call('GET', `?customerId=${toPublicId('cus', b)}&limit=1`)).body;
    const next = `?customerId=${toPublicId('cus', b)}&limit=1&cursor=${page.nextCursor}`;
    expect((await call('GET', next)).body.items).toMatchObject([{ id: cpn(held[1] ?? '') }]);
  });

  it('is of its corp', async () => {
    const id = await issue();
    const { id: strangers } = await world.http.addCorp();
    const theirs = await world.http.corpKey(strangers, ['coupons:read', 'coupons:write']);
    for (const path of [
      `/${cpn(id)}`,
      `/${cpn(id)}/code`,
      `/${cpn(id)}/events`,
      '/cpn_1',
      `/${cpn(randomUUID())}`,
    ])
      expect([path, (await call('GET', path, undefined, theirs)).body.code]).toEqual([
        path,
        'coupons.coupon_not_found',
      ]);
    const code = (await call('GET', `/${cpn(id)}/code`)).body;
    expect((await call('POST', '/by-code', code && { code: code.code }, theirs)).status).toBe(404);
  });
});

describe('a void coupon', () => {
  it('gives its unit back only when that is said, and then its holder may have another', async () => {
    const small = await world.batch({ stock: 2, perPerson: 1 });
    const [one = '', two = ''] = await world.customers(2);
    const gone = await issue({ batchId: small, customerId: one });
    const back = await issue({ batchId: small, customerId: two });
    expect((await call('POST', `/${cpn(gone)}/void`, { reason: 'fraud' })).body.state).toBe('void');
    expect(await world.units(small)).toEqual({ left: 0, coupons: 2 });
    await call('POST', `/${cpn(back)}/void`, { reason: 'mistake', returned: true });
    expect(await world.units(small)).toEqual({ left: 1, coupons: 1 });
    expect(await world.issue({ batchId: small, customerId: one })).toMatchObject([{ outcome: 'refused' }]);
    await issue({ batchId: small, customerId: two });
  });

  it('is one of many, with a result each, whatever is among them', async () => {
    const ids = [await issue(), await issue(), await expired(await issue()), randomUUID()];
    const couponIds = [...ids, ids[0] ?? ''].map(cpn);
    const { body } = await call('POST', '/void', { couponIds, reason: 'over', returned: true });
    const refused = 'coupons.coupon_state_refused';
    expect(body.results.map(({ outcome, code }: any) => code ?? outcome)).toEqual([
      'voided',
      'voided',
      refused,
      'coupons.coupon_not_found',
      refused,
    ]);
    const [{ count }] = await sql(
      `SELECT count(*)::int FROM platform.events WHERE corp_id = $1 AND name = 'coupons.voided'`,
    );
    expect(count).toBeGreaterThan(0);
  });

  it('comes of a void batch, too', async () => {
    const doomed = await world.batch({ stock: 700, perPerson: 1000 });
    for (let at = 0; at < 600; at += 300)
      await world.issue(...Array.from({ length: 300 }, () => ({ batchId: doomed, customerId })));
    const end = world.http.get(EndCoupons);
    expect(await world.run(() => end.voidBatch(doomed, null))).toMatchObject({ count: 0 });
    await call('POST', `/batches/${toPublicId('cpb', doomed)}/state`, { state: 'void' });
    await new TakenEvents(world.http, world.corpId).take('coupons.void-batch', batchChanged);
    const [job] = await world.http.sql<{ key: string }>(
      `SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'coupons.void_batch'`,
    );
    expect(job?.key).toContain(doomed);
    await world.http.get(CouponSweep).voidBatch(world.corpId, doomed, AbortSignal.timeout(60_000));
    const [{ count }] = await sql(
      `SELECT count(*)::int FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2 AND state = 'void'`,
      doomed,
    );
    expect(count).toBe(600);
    expect(await world.units(doomed)).toEqual({ left: 100, coupons: 600 });
  });
});

describe('a code (C-9)', () => {
  it('is shown to its owner and found however it is written; the table holds nothing to use', async () => {
    const id = await issue();
    const { code, spelled } = (await call('GET', `/${cpn(id)}/code`)).body;
    for (const text of [code, spelled.toLowerCase(), spelled.replaceAll('-', ' ')])
      expect((await call('POST', '/by-code', { code: text })).body.id).toBe(cpn(id));
    const row = JSON.stringify(await couponOf(id), (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    expect(row).not.toContain(code);
    const codes = world.http.get(Codes);
    const { code_cipher: codeCipher } = await couponOf(id);
    await expect(world.run(() => codes.open([{ id: randomUUID(), codeCipher }]))).rejects.toMatchObject({
      code: 'crypto.envelope_refused', // sealed for its own row
    });
    const ids = [id, id];
    const [a, b] = await world.run(() => codes.make(ids));
    expect(a?.code).not.toBe(b?.code); // of one id: nothing of it goes into the code
  });

  it('is a picture', async () => {
    const id = await issue();
    const { code } = (await call('GET', `/${cpn(id)}/code`)).body;
    const image = async (format: string) =>
      world.http.call(key, { method: 'GET', url: `/v1/coupons/${cpn(id)}/qr?format=${format}` });
    const svg = await image('svg');
    expect([svg.statusCode, svg.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(svg.body).toBe(encodeQR(code, 'svg', { ecc: 'quartile' }));
    expect((await image('gif')).rawPayload.subarray(0, 6).toString()).toBe('GIF87a');
    expect((await image('png')).statusCode).toBe(400);
    expect(decodeQR(pixelsOf(encodeQR(code, 'raw', { ecc: 'quartile', scale: 4 })))).toBe(code);
    const reader = await world.http.corpKey(world.corpId, ['coupons:read']);
    expect((await call('GET', `/${cpn(id)}/code`, undefined, reader)).status).toBe(403);
  });

  it('is not to be guessed: wrong ones are limited', async () => {
    const guesser = await world.http.corpKey(world.corpId, ['coupons:redeem']);
    const guess = () => call('POST', '/by-code', { code: '0'.repeat(17) }, guesser);
    const statuses = new Set<number>();
    for (let tries = 0; tries <= WRONG_CODES_MAX.address; tries++) statuses.add((await guess()).status);
    expect([...statuses]).toEqual([404, 429]);
    const { body } = await guess();
    expect(body).toMatchObject({ code: 'coupons.too_many_wrong_codes', retryable: true });
  });
});

function pixelsOf(rows: boolean[][]) {
  const size = rows.length;
  const data = new Uint8Array(rows.flat().flatMap((isDark) => [0, 0, 0].map(() => (isDark ? 0 : 255))));
  return { width: size, height: size, data };
}

it('counts for the page of a person what he can use now or later, whatever the sweeper has seen', async () => {
  const [first = '', second = '', nobody = ''] = (await world.customers(3)).sort();
  const of = async (id: string) =>
    (await world.call('GET', `/v1/customers/${toPublicId('cus', id)}/page`)).body.announced;
  expect(await of(nobody)).toMatchObject({ openCoupons: 0, customers: [] });
  const [used] = [await issue({ customerId: first }), await issue({ customerId: first })];
  await issue({ customerId: second });
  await expired(used);
  await expired(used, 'locked');
  await call('POST', `/${cpn(used)}/void`, { reason: 'test' });
  expect(await of(first)).toMatchObject({ openCoupons: 1 });
  await world.link(first, second);
  expect(await of(second)).toEqual({
    pointsBalance: 0,
    openCoupons: 2,
    customers: [first, second].map((id) => ({
      customerId: toPublicId('cus', id),
      level: null,
      pointsBalance: null,
      openCoupons: 1,
    })),
  });
});
