/* oxlint-disable jest/no-export, jest/require-top-level-describe -- the file that calls it starts the application, which two share */
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { CouponImportStep } from '../../../src/modules/coupons/imports/use-cases/coupon-import-step.js';
import { ImportCouponRows } from '../../../src/modules/coupons/imports/use-cases/import-coupon-rows.js';
import { RunCouponImport } from '../../../src/modules/coupons/imports/use-cases/run-coupon-import.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { cus, type IssueWorld } from './issue-world.js';

const PATH = '/v1/coupons/imports';
const never = new AbortController().signal;

let world: IssueWorld;

/** `code,state,customer,validUntil`; nothing here depends on today. */
const line = (code: string, state = 'claimable', customerId = '', until = '2090-12-31') =>
  [code, state, customerId && cus(customerId), until].join(',');
const HEADER = 'code,state,customer,validUntil';

async function upload(batchId: string, lines: string[], over: { header?: string; expected?: object } = {}) {
  const states = lines.map((one) => one.split(',')[1]);
  const expected = {
    rows: lines.length,
    claimable: states.filter((state) => state === 'claimable').length,
    claimed: states.filter((state) => state === 'claimed').length,
    ...over.expected,
  };
  const body = { batchId: toPublicId('cpb', batchId), name: '旧券', format: 'csv', expected };
  const made = await world.call('POST', PATH, body);
  expect(made.status).toBe(201);
  const bytes = Buffer.from([over.header ?? HEADER, ...lines].join('\n'));
  for (const [at, part] of [bytes.subarray(0, 20), bytes.subarray(20)].entries()) {
    const answer = await world.http.call(world.key, {
      method: 'PUT',
      url: `${PATH}/${made.body.id}/parts/${at + 1}`,
      headers: { 'content-type': 'application/octet-stream' },
      payload: part,
    });
    expect(answer.statusCode).toBe(200);
  }
  return made.body.id as string;
}
/** What a worker does. */
async function work(id: string, signal = never): Promise<any> {
  const importId = parsePublicId('cpi', id) ?? '';
  await world.http
    .get(RunCouponImport)
    .run({ corpId: world.corpId, importId }, { attempt: 1, attemptsMax: 1, signal });
  return (await world.call('GET', `${PATH}/${id}`)).body;
}
async function run(id: string, dryRun = false): Promise<any> {
  expect((await world.call('POST', `${PATH}/${id}/start`, { dryRun })).status).toBe(202);
  return work(id);
}
const refusals = async (id: string): Promise<[number, string][]> => {
  const { items } = (await world.call('GET', `${PATH}/${id}/refusals?limit=200`)).body;
  return items.map(({ number, code }: any) => [number, code.replace('coupons.', '')]);
};
const coupons = (batchId: string) =>
  world.sql<{ state: string; customer: string | null; until: Date; source: string }>(
    `SELECT state, customer_id AS customer, valid_until AS until, source FROM coupons.coupons
      WHERE batch_id = $1 ORDER BY state, customer_id`,
    [batchId],
  );
const find = (code: string) => world.call('POST', '/v1/coupons/by-code', { code });

/** In the world of whoever calls it. */
export function importsCases(started: () => IssueWorld): void {
  beforeAll(() => {
    world = started();
  });

  it('brings coupons with their codes, states and holders, and the same ones once whatever import brings them', async () => {
    const [a = ''] = await world.customers(1);
    const batchId = await world.batch({ stock: 3, perPerson: 2 });
    const lines = [
      line('OLD-0001'),
      line('old 0001'.replace(' ', '-'), 'claimed', a),
      line('券码甲乙丙丁', 'claimed', a),
    ];
    const id = await upload(batchId, lines);
    expect(await run(id, true)).toMatchObject({ state: 'checked', imported: 3, refused: 0 });
    expect(await coupons(batchId)).toEqual([]);
    expect(await run(id)).toMatchObject({
      state: 'done',
      imported: 3,
      repeated: 0,
      refused: 0,
      errorCode: null,
    });
    const until = new Date('2090-12-31T16:00:00Z'); // to the end of the day in Shanghai
    expect(await coupons(batchId)).toEqual([
      { state: 'claimable', customer: null, until, source: 'import' },
      { state: 'claimed', customer: a, until, source: 'import' },
      { state: 'claimed', customer: a, until, source: 'import' },
    ]);
    expect((await find('券码甲乙丙丁')).body).toMatchObject({ state: 'claimed', customerId: cus(a) });
    expect((await find('OLD-0001')).body).toMatchObject({ state: 'claimable', customerId: null });
    expect((await find('OLD-0002')).status).toBe(404);
    // a code stands nowhere as it is: neither in a row nor in a file that is left
    const [plain] = await world.sql(
      `SELECT (SELECT count(*)::int FROM coupons.coupons WHERE code_cipher::text LIKE '%' || encode('OLD-0001', 'hex') || '%') AS rows,
            (SELECT count(*)::int FROM customers.exchange_files) AS files`,
    );
    expect(plain).toEqual({ rows: 0, files: 0 });
    const bound = await world.call('POST', '/v1/coupons/bind-code', { code: 'OLD-0001', customerId: cus(a) });
    expect(bound.body.code).toBe('coupons.limit_reached');

    const again = await upload(batchId, [...lines, line('OLD-0009', 'redeemed')]);
    expect(await run(again)).toMatchObject({ state: 'done', imported: 0, repeated: 3, refused: 1 });
    const other = await upload(await world.batch(), [lines[0] ?? '']);
    expect(await run(other)).toMatchObject({ imported: 0, refused: 1 });
    expect(await refusals(other)).toEqual([[2, 'import_code_taken']]);
    expect((await coupons(batchId)).length).toBe(3);
  });

  it('says of each row that it does not bring why, in the dry run as in the real one', async () => {
    const [a = '', one = '', two = ''] = await world.customers(3);
    const batchId = await world.batch();
    for (const id of [one, two])
      await world.call('POST', `/v1/customers/${cus(id)}/identifiers`, {
        identifiers: [{ kind: 'phone', value: '13900001111' }],
      });
    const rows: [string, string | undefined][] = [
      [line('GOOD-1', 'claimed', a), undefined],
      [line('GOOD-1'), 'import_code_twice'],
      [line('GOOD-2', 'claimed', a), 'limit_reached'],
      [line('USED-1', 'redeemed', a), 'import_not_live'],
      [line('ODD-1', 'sleeping'), 'import_row_state'],
      [line('abc'), 'import_row_code'],
      [line('0123456789ABCDEF0'), 'import_row_code'],
      [line('LATE-1', 'claimable', '', '2020-01-01'), 'import_not_live'],
      [line('TIME-1', 'claimable', '', 'soon'), 'import_row_time'],
      [line('TIME-2', 'claimable', '', '2090-02-30'), 'import_row_time'],
      [line('TIME-3', 'claimable', '', '2090-12-31 24:61'), 'import_row_time'],
      [line('TIME-4', 'claimable', '', '9999-12-31T23:00:00-05:00'), 'import_row_time'],
      [line('HOLD-1', 'claimed'), 'import_row_holder'],
      [line('HOLD-2', 'claimable', a), 'import_row_holder'],
      [line('HOLD-3', 'claimed', randomUUID()), 'customer_not_found'],
      ['HOLD-4,claimed,cus_no,2090-12-31', 'import_holder_unknown'],
      [line('GOOD-3', 'claimable', '', '2090-12-31T18:00:00'), undefined],
    ];
    const wanted = rows.flatMap(([, code], at) => (code ? [[at + 2, code]] : []));
    const id = await upload(
      batchId,
      rows.map(([text]) => text),
    );
    for (const dryRun of [true, false]) {
      const done = await run(id, dryRun);
      // the limit is found with the first coupon of the step beside it, and so in both
      expect(await refusals(id)).toEqual(wanted);
      expect(done).toMatchObject({ imported: 2, refused: wanted.length });
    }
    const until = (await coupons(batchId)).map((coupon) => coupon.until.toISOString()).sort();
    expect(until).toEqual(['2090-12-31T10:00:00.000Z', '2090-12-31T16:00:00.000Z']);
    // who shares a phone number is one person here, and may have one coupon of the batch
    const phones = await upload(
      batchId,
      ['PHONE-1', 'PHONE-2', 'PHONE-3'].map(
        (code, n) => `${code},claimed,1390000111${n === 2 ? 2 : 1},2090-12-31`,
      ),
      { header: '券码,状态,手机号,失效时间', expected: { claimed: 3 } },
    );
    expect(await run(phones)).toMatchObject({ imported: 1, refused: 2 });
    expect(await refusals(phones)).toEqual([
      [3, 'limit_reached'],
      [4, 'import_holder_unknown'],
    ]);
  });

  it('is finished by whoever is behind, when the process that was ahead is gone', async () => {
    const batchId = await world.batch({ stock: 1_100 });
    const id = await upload(
      batchId,
      Array.from({ length: 1_100 }, (_, n) => line(`TWO-${n}`)),
    );
    const step = world.http.get(CouponImportStep);
    const doStep = step.do.bind(step);
    jest.spyOn(step, 'do').mockImplementationOnce(async (...args) => {
      await work(id, AbortSignal.abort()); // believed dead, it does this step first and dies then
      return doStep(...args);
    });
    expect(await run(id)).toMatchObject({ state: 'done', imported: 1_100, repeated: 0 });
    expect(await coupons(batchId)).toHaveLength(1_100);
  });

  it('refuses no row because the batch is paused in the middle, and begins again when it runs', async () => {
    const batchId = await world.batch();
    const id = await upload(batchId, [line('PAUSE-1')]);
    const set = (state: string) =>
      world.sql(`UPDATE coupons.batches SET state = $2, version = version + 1 WHERE id = $1`, [
        batchId,
        state,
      ]);
    const importing = world.http.get(ImportCouponRows);
    const doImport = importing.import.bind(importing);
    jest.spyOn(importing, 'import').mockImplementationOnce(async (...args) => {
      await set('paused');
      return doImport(...args);
    });
    const errorCode = 'coupons.import_batch_not_running';
    expect(await run(id)).toMatchObject({ state: 'failed', errorCode, imported: 0, refused: 0 });
    await set('running');
    expect(await run(id)).toMatchObject({ state: 'done', imported: 1, refused: 0 });
  });

  it('imports nothing of a file that does not add up, and goes on where it was stopped', async () => {
    const batchId = await world.batch({ stock: 1_100 });
    const lines = Array.from({ length: 1_100 }, (_, n) => line(`RUN-${n}`));
    for (const expected of [{ rows: 1_101 }, { claimable: 1_099 }, { claimed: 1 }]) {
      const odd = await upload(batchId, lines, { expected });
      expect(await run(odd)).toMatchObject({
        state: 'failed',
        errorCode: 'coupons.import_sums_differ',
        imported: 0,
      });
    }
    const id = await upload(batchId, lines);
    await world.call('POST', `${PATH}/${id}/start`, { dryRun: false });
    expect((await world.call('POST', `${PATH}/${id}/start`, { dryRun: false })).body.code).toBe(
      'coupons.import_state',
    );
    const looks = { count: 0 };
    const once = new Proxy({} as AbortSignal, { get: () => looks.count++ >= 0 });
    expect(await work(id, once)).toMatchObject({ state: 'running', imported: 500 });
    await Promise.all([work(id), work(id)]);
    expect(await work(id)).toMatchObject({ state: 'done', imported: 1_100, refused: 0 });
    expect((await coupons(batchId)).length).toBe(1_100);
    const short = await upload(batchId, [...lines, line('RUN-X')]);
    expect(await run(short)).toMatchObject({ state: 'failed', errorCode: 'coupons.import_stock_short' });
    const columns = await upload(batchId, lines.slice(0, 1), { header: 'code,state,customer,until' });
    expect((await world.call('POST', `${PATH}/${columns}/start`, { dryRun: true })).body.code).toBe(
      'coupons.import_columns',
    );
    expect((await world.call('POST', `${PATH}/cpi_x/start`, { dryRun: true })).status).toBe(404);
  });
}
