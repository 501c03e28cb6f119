import { randomUUID } from 'node:crypto';
import { MakeCodes } from '../../../src/modules/coupons/code-files/use-cases/make-codes.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { importsCases } from './imports-cases.js';
import { cus, type IssueWorld, startIssueWorld } from './issue-world.js';

const PATH = '/v1/coupons/code-files';
const DAY_MS = 86_400_000;

let world: IssueWorld;
beforeAll(async () => {
  world = await startIssueWorld();
});
afterAll(() => world.close());

/** The database's clock decides, not the test's. */
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const never = new AbortController().signal;

async function codesOf(batchId: string, count: number): Promise<string[]> {
  const made = await world.call('POST', PATH, fileOf(batchId, { count }));
  expect(made.status).toBe(202);
  await make(made.body.id);
  return (await handOut(made.body.id)).codes;
}
const fileOf = (batchId: string, over: object = {}) => ({
  batchId: toPublicId('cpb', batchId),
  name: '券码',
  count: 1,
  bindUntil: inDays(5),
  ...over,
});
/** What a worker does. */
async function make(id: string, signal = never): Promise<any> {
  const fileId = parsePublicId('cpf', id) ?? '';
  await world.http
    .get(MakeCodes)
    .run({ corpId: world.corpId, fileId }, { attempt: 1, attemptsMax: 1, signal });
  return (await world.call('GET', `${PATH}/${id}`)).body;
}
async function handOut(id: string): Promise<{ status: number; codes: string[]; problem?: string }> {
  const answer = await world.http.call(world.key, { method: 'POST', url: `${PATH}/${id}/hand-out` });
  if (answer.statusCode !== 200) return { status: answer.statusCode, codes: [], problem: answer.json().code };
  const [header, ...lines] = answer.body.trim().split('\r\n');
  expect(header).toBe('code,bindUntil');
  return { status: 200, codes: lines.map((line) => line.split(',')[0] ?? '') };
}
const bind = (code: string, customerId: string) =>
  world.call('POST', '/v1/coupons/bind-code', { code, customerId: cus(customerId) });

it('makes codes once however often it is stopped, and hands them out once', async () => {
  const batchId = await world.batch({ stock: 2_500 });
  const made = await world.call('POST', PATH, fileOf(batchId, { count: 2_500, channel: 'partner' }));
  const { id } = made.body;
  expect((await handOut(id)).problem).toBe('coupons.code_file_not_ready');
  const looks = { count: 0 };
  const once = new Proxy({} as AbortSignal, { get: () => looks.count++ > 0 });
  expect(await make(id, once)).toMatchObject({ state: 'making', made: 1_000 });
  await Promise.all([make(id), make(id)]);
  expect(await make(id)).toMatchObject({ state: 'ready', made: 2_500, errorCode: null });
  const [first, second] = await Promise.all([handOut(id), handOut(id)]);
  const { codes } = first.status === 200 ? first : second;
  expect([first.status, second.status].sort()).toEqual([200, 409]);
  expect(new Set(codes).size).toBe(2_500);
  expect(await handOut(id)).toMatchObject({ status: 409, problem: 'coupons.code_file_handed_out' });
  const [row] = await world.sql(
    `SELECT count(*)::int AS coupons, count(customer_id)::int AS held, min(state) AS state, min(channel) AS channel
       FROM coupons.coupons WHERE batch_id = $1`,
    [batchId],
  );
  expect(row).toEqual({ coupons: 2_500, held: 0, state: 'claimable', channel: 'partner' });
  expect((await world.call('GET', `${PATH}/${id}`)).body).toMatchObject({
    state: 'handed_out',
    handedOutTo: 'it',
  });
});

it('gives a code to whoever uses it first, as the batch says from then on', async () => {
  const [a = '', twin = '', b = ''] = await world.customers(3);
  await world.link(a, twin);
  const batchId = await world.batch();
  const [one = '', two = ''] = await codesOf(batchId, 3);
  const answers = await Promise.all([bind(one.toLowerCase(), a), bind(one, b)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [winner, loser] = answers[0]?.status === 200 ? [a, b] : [b, a];
  const same = winner === a ? twin : b;
  const again = await bind(one, same);
  expect(again.body).toMatchObject({ state: 'claimed', customerId: cus(winner), source: 'code_file' });
  expect(again.body).toEqual(answers.find(({ status }) => status === 200)?.body);
  const days = (Date.parse(again.body.validUntil) - Date.parse(again.body.validFrom)) / DAY_MS;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThanOrEqual(30);
  expect((await bind(one, loser)).body.code).toBe('coupons.code_of_other');
  expect((await bind(two, same)).body.code).toBe('coupons.limit_reached');
  const [events] = await world.sql(
    `SELECT count(*)::int AS count FROM coupons.coupon_events e JOIN coupons.coupons c ON c.id = e.coupon_id
      WHERE c.batch_id = $1`,
    [batchId],
  );
  expect(events).toEqual({ count: 1 });
});

it('keeps the limit when one person uses many codes at once', async () => {
  const [a = ''] = await world.customers(1);
  const batchId = await world.batch({ perPerson: 2 });
  const till = await world.http.corpKey(world.corpId, ['coupons:redeem']);
  const lock = (code: string) =>
    world.call(
      'POST',
      '/v1/coupons/lock',
      { code, customerId: cus(a), order: { id: code, total: 2_000 } },
      till,
    );
  const answers = await Promise.all(
    (await codesOf(batchId, 6)).map((code, n) => (n % 2 ? bind(code, a) : lock(code))),
  );
  const codes = answers.map(({ status, body }) => (status === 200 ? 'bound' : body.code)).sort();
  expect(codes).toEqual(['bound', 'bound', ...Array.from({ length: 4 }, () => 'coupons.limit_reached')]);
});

it('gives one person what he may have and no more, when codes are bound and coupons claimed at once', async () => {
  for (const customerId of await world.customers(5)) {
    const batchId = await world.batch({ perPerson: 3 });
    const codes = await codesOf(batchId, 3);
    const claim = () =>
      world.call('POST', '/v1/coupons/claims', {
        batchId: toPublicId('cpb', batchId),
        customerId: cus(customerId),
      });
    const answers = await Promise.all([
      ...codes.map((code) => bind(code, customerId)),
      ...codes.map(() => claim()),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(3);
    expect(statuses.filter((status) => status === 409)).toHaveLength(3);
  }
});

it('binds a code that nobody holds to the customer who uses it first, in the same step (C-11)', async () => {
  const [a = '', b = ''] = await world.customers(2);
  const till = await world.http.corpKey(world.corpId, ['coupons:redeem']);
  const batchId = await world.batch();
  const [code = '', second = ''] = await codesOf(batchId, 2);
  const order = { id: randomUUID(), total: 2_000 };
  const use = (path: string, over: object) =>
    world.call('POST', `/v1/coupons/${path}`, { code, order, ...over }, till);
  const redeem = (over: object) => use('redemptions', { requestNo: randomUUID(), ...over });
  const written = () =>
    world.sql(
      `SELECT (SELECT array_agg(c.state ORDER BY c.state) FROM coupons.coupons c WHERE c.batch_id = $1) AS states,
              (SELECT sum(f.claimed)::int FROM coupons.figures f WHERE f.batch_id = $1) AS claimed,
              (SELECT count(*)::int FROM coupons.coupon_events e JOIN coupons.coupons c ON c.id = e.coupon_id
                WHERE c.batch_id = $1) AS moves,
              (SELECT count(*)::int FROM platform.events WHERE name = 'coupons.issued'
                AND payload -> 'coupons' @> jsonb_build_array(jsonb_build_object('batchId', $1::text))) AS told`,
      [batchId],
    );
  const [before] = await written();
  expect(before).toMatchObject({ states: ['claimable', 'claimable'], claimed: 0, moves: 0 });
  expect((await use('validate', {})).body.refusal).toBe('coupon_unclaimed');
  expect((await redeem({})).body.code).toBe('coupons.coupon_unclaimed');
  for (const path of ['validate', 'lock'])
    expect((await use(path, { customerId: cus(randomUUID()) })).body.code).toBe('coupons.customer_not_found');
  expect((await use('validate', { customerId: cus(a) })).body).toMatchObject({
    allowed: true,
    discount: 500,
  });
  expect(await written()).toEqual([before]);

  const tries = [a, b].map((id) => ({ customerId: cus(id), requestNo: randomUUID() }));
  const answers = await Promise.all(tries.map(redeem));
  const winner = answers.findIndex(({ status }) => status === 200);
  expect(answers[1 - winner]?.body.code).toBe('coupons.coupon_of_other');
  expect((await redeem(tries[winner] ?? {})).body).toEqual({ ...answers[winner]?.body, replayed: true });
  expect(await written()).toEqual([
    { states: ['claimable', 'redeemed'], claimed: 1, moves: 2, told: (before as any).told + 1 },
  ]);
  const [row] = await world.sql<any>(
    `SELECT customer_id, seq, valid_until - valid_from AS valid FROM coupons.coupons WHERE batch_id = $1 AND state = 'redeemed'`,
    [batchId],
  );
  expect(row).toMatchObject({ customer_id: [a, b][winner], seq: 1 });
  expect(row.valid.days).toBe(29);

  const [more, same] = [{ code: second, ...tries[winner] }, [b, a][winner] ?? ''];
  expect((await use('validate', { ...more, requestNo: undefined })).body.refusal).toBe('limit_reached');
  expect((await redeem({ ...more, requestNo: randomUUID() })).body.code).toBe('coupons.limit_reached');
  expect(
    (await use('lock', { code: second, order: { ...order, id: 'o2' }, customerId: cus(same) })).body.discount,
  ).toBe(500);
  expect((await written())[0]).toMatchObject({ states: ['locked', 'redeemed'], claimed: 2, moves: 4 });
});

it('binds nothing by a use that is refused', async () => {
  const [a = ''] = await world.customers(1);
  const till = await world.http.corpKey(world.corpId, ['coupons:redeem']);
  const use = (path: string, body: object) =>
    world.call(
      'POST',
      `/v1/coupons/${path}`,
      { customerId: cus(a), order: { id: 'o', total: 2_000 }, ...body },
      till,
    );
  const later = { kind: 'after_claim', startsAfterDays: 2, days: 30 } as const;
  const over = { kind: 'absolute', from: new Date('2020-01-01'), until: new Date('2020-02-01') } as const;
  for (const [validity, refusal, atBind] of [
    [later, 'coupon_not_yet_valid', undefined],
    [over, 'coupon_expired', 'coupons.batch_over'],
  ] as const) {
    const batchId = await world.batch();
    const [code = ''] = await codesOf(batchId, 1);
    // by hand: nobody gives codes of a batch that is over, and here it shall be over afterwards
    await world.sql(
      `ALTER TABLE coupons.template_versions DISABLE TRIGGER USER;
       UPDATE coupons.template_versions SET terms = jsonb_set(terms, '{validity}', '${JSON.stringify(validity)}')
        WHERE id = (SELECT version_id FROM coupons.batches WHERE id = '${batchId}');
       ALTER TABLE coupons.template_versions ENABLE TRIGGER USER`,
    );
    expect((await use('validate', { code })).body.refusal).toBe(refusal);
    expect((await use('lock', { code })).body.code).toBe(`coupons.${refusal}`);
    expect((await bind(code, a)).body.code).toBe(atBind);
  }
});

it('combines no more codes that nobody holds than one person may have', async () => {
  const [a = ''] = await world.customers(1);
  const till = await world.http.corpKey(world.corpId, ['coupons:redeem']);
  const use = (path: string, body: object) =>
    world.call(
      'POST',
      `/v1/coupons/${path}`,
      { customerId: cus(a), order: { id: 'p', total: 2_000 }, ...body },
      till,
    );
  const stacking = { group: 'g', withOthers: 'all' } as const;
  const batchId = await world.batch({ perPerson: 2, terms: { stacking } });
  const coupons = (await codesOf(batchId, 3)).map((code) => ({ code }));
  const { body } = await use('combine', { coupons });
  expect(body).toMatchObject({ discount: 1_000, leftOut: [{ reason: 'limit_reached', excludedBy: [] }] });
  for (const { couponId } of body.used)
    expect((await use('redemptions', { couponId, requestNo: randomUUID() })).body.discount).toBe(500);
  const [left] = body.leftOut;
  expect((await use('validate', { couponId: left.couponId })).body.refusal).toBe('limit_reached');
});

it('hands out only codes that somebody can still use', async () => {
  const batchId = await world.batch();
  const { id } = (await world.call('POST', PATH, fileOf(batchId, { count: 4 }))).body;
  await make(id);
  const rows = await world.sql<{ id: string }>('SELECT id FROM coupons.coupons WHERE batch_id = $1', [
    batchId,
  ]);
  const [gone = '', late = ''] = rows.map((row) => row.id);
  await world.call('POST', `/v1/coupons/${toPublicId('cpn', gone)}/void`, { reason: 'x' });
  await world.sql(`UPDATE coupons.coupons SET state = 'expired', version = version + 1 WHERE id = $1`, [
    late,
  ]);
  expect((await handOut(id)).codes).toHaveLength(2);
});

it('refuses what cannot be', async () => {
  const [a = ''] = await world.customers(1);
  const batchId = await world.batch({ stock: 5 });
  const codeOf = async (over: object) => (await world.call('POST', PATH, fileOf(batchId, over))).body.code;
  expect(await codeOf({ count: 6 })).toBe('coupons.code_file_stock');
  expect(await codeOf({ bindUntil: '2020-01-01T00:00:00Z' })).toBe('coupons.code_file_until');
  expect(await codeOf({ batchId: toPublicId('cpb', randomUUID()) })).toBe('coupons.batch_not_found');
  expect((await handOut('cpf_x')).status).toBe(404);
  expect((await handOut(toPublicId('cpf', randomUUID()))).status).toBe(404);
  const [code = '', late = ''] = await codesOf(batchId, 2);
  expect((await bind(code, randomUUID())).body.code).toBe('coupons.customer_not_found');
  expect((await bind('no such code', a)).body.code).toBe('coupons.coupon_not_found');
  const change = (set: string) =>
    world.sql(`UPDATE coupons.batches SET ${set}, version = version + 1 WHERE id = $1`, [batchId]);
  await change(`state = 'paused'`);
  expect((await bind(code, a)).body.code).toBe('coupons.batch_not_issuing');
  expect(await codeOf({})).toBe('coupons.batch_not_issuing');
  await change(`state = 'ended'`);
  expect((await bind(code, a)).status).toBe(200);
  await world.sql(
    `UPDATE coupons.coupons SET state = 'expired', version = version + 1 WHERE batch_id = $1 AND state = 'claimable'`,
    [batchId],
  );
  expect((await bind(late, a)).body.code).toBe('coupons.coupon_state_refused');
});

describe('imports of live coupons', () => {
  importsCases(() => world);
});
