import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { AudienceParts } from '../../../src/modules/coupons/audiences/use-cases/audience-parts.js';
import { IssueToMembers } from '../../../src/modules/coupons/audiences/use-cases/issue-to-members.js';
import { RunAudience } from '../../../src/modules/coupons/audiences/use-cases/run-audience.js';
import { Issuance } from '../../../src/modules/coupons/claims/use-cases/issuance.js';
import { MakeCodes } from '../../../src/modules/coupons/code-files/use-cases/make-codes.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { OperationAnswers } from '../../../src/platform/operations/operation-answers.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { Operations } from '../../../src/platform/operations/operations.js';
import { grantsCases } from './grants-cases.js';
import { cus, type IssueWorld, startIssueWorld } from './issue-world.js';

let world: IssueWorld;
beforeAll(async () => {
  world = await startIssueWorld();
});
afterAll(() => world.close());

const path = '/v1/coupons/audiences';
const post = (url: string, body: object = {}) => world.call('POST', `${path}${url}`, body);
const get = async (url: string) => (await world.call('GET', `${path}${url}`)).body;
const never = new AbortController().signal;

async function audience(batchId: string, customerIds: string[], over: object = {}): Promise<string> {
  const made = await post('', { batchId: toPublicId('cpb', batchId), name: '老客', ...over });
  expect(made.status).toBe(201);
  for (let at = 0; at < customerIds.length; at += 1_000) {
    const answer = await post(`/${made.body.id}/customers`, {
      customerIds: customerIds.slice(at, at + 1_000).map(cus),
    });
    expect(answer.status).toBe(200);
  }
  return made.body.id;
}
/** What a worker does. */
async function work(id: string, signal = never, run = { attempt: 1, attemptsMax: 1 }): Promise<any> {
  const audienceId = parsePublicId('cpa', id) ?? '';
  await world.http.get(RunAudience).run({ corpId: world.corpId, audienceId }, { ...run, signal });
  return get(`/${id}`);
}
async function issue(id: string): Promise<any> {
  expect((await post(`/${id}/start`)).status).toBe(202);
  return work(id);
}
/** The independent recount: how many coupons of the batch each customer has. */
const held = async (batchId: string): Promise<Record<string, number>> => {
  const rows = await world.sql<{ id: string; count: number }>(
    `SELECT customer_id AS id, count(*)::int AS count FROM coupons.coupons WHERE batch_id = $1 GROUP BY 1`,
    [batchId],
  );
  return Object.fromEntries(rows.map(({ id, count }) => [id, count]));
};
const each = (ids: string[], count: number) => Object.fromEntries(ids.map((id) => [id, count]));
const stockLeft = async (batchId: string): Promise<number> => {
  const [row] = await world.sql<{ left: number }>(
    'SELECT sum(remaining)::int AS left FROM coupons.batch_stock WHERE batch_id = $1',
    [batchId],
  );
  return row?.left ?? -1;
};
/** What a person says to the operation. */
const answer = async ({ operationId }: any, says: 'cancel' | 'confirm'): Promise<void> => {
  // reason for the cast: an operation's public id holds one
  const id = parsePublicId('op', operationId) as OperationId;
  await world.run(async () => void (await world.http.get(OperationAnswers)[says](id)));
};
const questionOf = async ({ operationId }: any): Promise<object | undefined> => {
  const id = parsePublicId('op', operationId) as OperationId;
  return (await world.run(() => world.http.get(Operations).get(id))).question;
};
/** After so many looks the process is to end. */
const stopsAfter = (looks: number) => {
  const seen = { count: 0 };
  return new Proxy({} as AbortSignal, { get: () => seen.count++ >= looks });
};

it('gives each person of a list exactly his coupons, and says who got none and why', async () => {
  const [a = '', b = '', twin = '', full = ''] = await world.customers(4);
  await world.link(a, twin);
  const batchId = await world.batch({ perPerson: 2 });
  const before = await audience(batchId, [full]);
  expect(await issue(before)).toMatchObject({ state: 'done', issued: 1 });
  const id = await audience(batchId, [a, b, twin, full], { each: 2, channel: 'crm' });
  expect((await post(`/${id}/customers`, { customerIds: [cus(a), cus(randomUUID())] })).body.results).toEqual(
    [{ status: 'repeated' }, { status: 'refused', code: 'coupons.audience_customer_unknown' }],
  );
  expect(await issue(id)).toMatchObject({ state: 'done', customers: 4, issued: 5, refused: 2 });
  const first = [a, twin].sort()[0] ?? '';
  const second = a === first ? twin : a;
  expect(await held(batchId)).toEqual({ ...each([first, b], 2), [full]: 2 });
  const { items } = await get(`/${id}/refusals`);
  expect(items).toEqual(
    [
      { customerId: cus(second), issued: 0, code: 'coupons.audience_same_person' },
      { customerId: cus(full), issued: 1, code: 'coupons.limit_reached' },
    ].sort((x, y) => (x.customerId < y.customerId ? -1 : 1)),
  );
  expect((await world.call('GET', `${path}/${id}`)).body).toMatchObject({ each: 2, channel: 'crm' });
});

it('freezes a filter when it starts: who comes later is not in it', async () => {
  const [one = ''] = await world.customers(1);
  const batchId = await world.batch();
  await world.sql(`UPDATE customers.customers SET created_at = '2031-05-01' WHERE id = $1`, [one]);
  const id = await audience(batchId, [], { filter: { createdFrom: '2031-01-01T00:00:00Z' } });
  expect((await post(`/${id}/customers`, { customerIds: [cus(one)] })).body.code).toBe(
    'coupons.audience_not_a_list',
  );
  expect((await post(`/${id}/start`)).status).toBe(202);
  expect(await work(id, stopsAfter(0))).toMatchObject({ state: 'running', customers: 1, issued: 0 });
  const [late = ''] = await world.customers(1);
  await world.sql(`UPDATE customers.customers SET created_at = '2031-05-01' WHERE id = $1`, [late]);
  expect(await work(id)).toMatchObject({ state: 'done', customers: 1, issued: 1 });
  expect(await held(batchId)).toEqual(each([one], 1));
});

it('counts the coupons of a person who became one while his part was prepared', async () => {
  const [one = '', other = ''] = await world.customers(2);
  const batchId = await world.batch({ perPerson: 1 });
  const id = await audience(batchId, [one]);
  const parts = world.http.get(AudienceParts);
  const prepare = parts.next.bind(parts);
  jest.spyOn(parts, 'next').mockImplementationOnce(async (...asked) => {
    const part = await prepare(...asked);
    await world.link(one, other);
    const order = { key: randomUUID(), batchId, customerId: other, source: 'issue' } as const;
    await world.run(() => world.http.get(Issuance).issue([order]));
    return part;
  });
  expect(await issue(id)).toMatchObject({ state: 'done', issued: 0, refused: 1 });
  expect(await held(batchId)).toEqual({ [other]: 1 });
  jest.restoreAllMocks();
});

/** Small steps, so that few customers make many. */
const stepsOf = (couponsMax: number) =>
  Object.assign(world.http.get(AudienceParts), { couponsMax } satisfies Partial<AudienceParts>);

it('law C-10: exactly k each, however often it is stopped, started twice and cancelled', async () => {
  stepsOf(60);
  const customers = await world.customers(100);
  const [taken = ''] = customers;
  const batchId = await world.batch({ stock: 303, perPerson: 3 });
  expect(await issue(await audience(batchId, [taken], { each: 3 }))).toMatchObject({ issued: 3 });
  const id = await audience(batchId, customers, { each: 3 });
  await post(`/${id}/start`);
  expect((await post(`/${id}/start`)).body.code).toBe('coupons.audience_state');
  const early = await work(id, stopsAfter(1));
  expect(early).toMatchObject({ state: 'running' });
  // what ends in the middle of a step takes nothing with it but this step
  await world.sql(`
    CREATE FUNCTION coupons.dies() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'dies' USING ERRCODE = '57P01'; END $$;
    CREATE TRIGGER dies AFTER UPDATE OF cursor ON coupons.audiences FOR EACH ROW WHEN (NEW.cursor <> OLD.cursor)
      EXECUTE FUNCTION coupons.dies()`);
  await expect(work(id, never, { attempt: 1, attemptsMax: 2 })).rejects.toThrow();
  await world.sql('DROP TRIGGER dies ON coupons.audiences');
  expect(await get(`/${id}`)).toEqual(early);
  await Promise.all([work(id, stopsAfter(1)), work(id, stopsAfter(1))]);
  const running = await get(`/${id}`);
  expect(running).toMatchObject({ state: 'running' });
  await answer(running, 'cancel');
  expect(await work(id)).toMatchObject({ state: 'cancelled', issued: running.issued });
  expect((await post(`/${id}/start`)).status).toBe(202);
  await Promise.all([work(id), work(id)]);
  const refusals = [{ customerId: cus(taken), issued: 0, code: 'coupons.limit_reached' }];
  expect(await get(`/${id}`)).toMatchObject({ state: 'done', issued: 297, refused: 1 });
  expect((await get(`/${id}/refusals`)).items).toEqual(refusals);
  expect(await issue(id)).toMatchObject({ state: 'done', issued: 297, refused: 1 });
  expect(await held(batchId)).toEqual(each(customers, 3));
  expect(await stockLeft(batchId)).toBe(3);
  stepsOf(4_000);
});

it('asks before it begins when the stock is too small, and tries the others when there is more', async () => {
  const customers = (await world.customers(3)).sort();
  const batchId = await world.batch({ stock: 2 });
  const id = await audience(batchId, customers);
  const asked = await issue(id);
  expect(asked).toMatchObject({ state: 'running', issued: 0 });
  expect(await questionOf(asked)).toEqual({
    reason: 'stock_too_small',
    counts: { customers: 3, coupons: 3, stock: 2 },
  });
  expect(await work(id)).toMatchObject({ state: 'running', issued: 0 });
  await answer(asked, 'confirm');
  expect(await work(id)).toMatchObject({ state: 'done', issued: 2, refused: 1 });
  expect((await get(`/${id}/refusals`)).items).toEqual([
    { customerId: cus(customers[2] ?? ''), issued: 0, code: 'coupons.sold_out' },
  ]);
  await world.sql('UPDATE coupons.batch_stock SET remaining = 5 WHERE batch_id = $1 AND bucket = 3', [
    batchId,
  ]);
  expect(await issue(id)).toMatchObject({ state: 'done', issued: 3, refused: 0 });
  expect(await held(batchId)).toEqual(each(customers, 1));
});

it('refuses what cannot be, and writes nothing then', async () => {
  const [a = ''] = await world.customers(1);
  const batchId = await world.batch();
  const wanted = { batchId: toPublicId('cpb', batchId), name: 'x' };
  const codeOf = async (body: object) => (await post('', body)).body.code;
  expect(await codeOf({ ...wanted, batchId: toPublicId('cpb', randomUUID()) })).toBe(
    'coupons.batch_not_found',
  );
  expect(await codeOf({ ...wanted, each: 2 })).toBe('coupons.audience_exceeds_limit');
  expect(await codeOf({ ...wanted, filter: { phones: ['13800001234'] } })).toBe(
    'customers.kept_filter_personal',
  );
  expect(await codeOf({ ...wanted, filter: { fields: [{ key: 'no' }] } })).toBe(
    'customers.filter_field_unknown',
  );
  const id = await audience(batchId, []);
  expect((await post(`/${id}/start`)).body.code).toBe('coupons.audience_empty');
  for (const url of ['/cpa_x', `/${toPublicId('cpa', randomUUID())}`, `/${cus(a)}`])
    expect((await post(`${url}/start`)).status).toBe(404);
  const paused = await audience(batchId, [a]);
  expect((await post(`/${paused}/start`)).status).toBe(202);
  await world.sql(`UPDATE coupons.batches SET state = 'paused', version = version + 1 WHERE id = $1`, [
    batchId,
  ]);
  expect(await work(paused)).toMatchObject({
    state: 'failed',
    issued: 0,
    errorCode: 'coupons.audience_batch_not_running',
  });
  expect((await post(`/${paused}/start`)).body.code).toBe('coupons.audience_batch_not_running');
  await world.sql(`UPDATE coupons.batches SET state = 'running', version = version + 1 WHERE id = $1`, [
    batchId,
  ]);
  expect(await issue(paused)).toMatchObject({ state: 'done', issued: 1 });
});

it('refuses nobody because the batch is paused in the middle, and goes on when it runs again', async () => {
  stepsOf(2);
  const customers = await world.customers(6);
  const batchId = await world.batch();
  const set = (state: string) =>
    world.sql(`UPDATE coupons.batches SET state = $2, version = version + 1 WHERE id = $1`, [batchId, state]);
  const issuing = world.http.get(IssueToMembers);
  const give = issuing.issue.bind(issuing);
  jest
    .spyOn(issuing, 'issue')
    .mockImplementationOnce(give)
    .mockImplementationOnce(async (...args) => {
      await set('paused');
      return give(...args);
    });
  const id = await audience(batchId, customers);
  const errorCode = 'coupons.audience_batch_not_running';
  expect(await issue(id)).toMatchObject({ state: 'failed', errorCode, issued: 2, refused: 0 });
  await set('running');
  expect(await issue(id)).toMatchObject({ state: 'done', issued: 6, refused: 0 });
  expect(await held(batchId)).toEqual(each(customers, 1));
  stepsOf(4_000);
});

it('ends a file of codes whose job has used up its tries: what was made by then is a file', async () => {
  const batchId = toPublicId('cpb', await world.batch({ stock: 2_000 }));
  const order = { batchId, name: '券码', count: 2_000, bindUntil: '2090-01-01T00:00:00Z' };
  const { body } = await world.call('POST', '/v1/coupons/code-files', order);
  await world.sql(`
    CREATE FUNCTION coupons.breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'breaks'; END $$;
    CREATE TRIGGER breaks BEFORE UPDATE ON coupons.code_files FOR EACH ROW WHEN (NEW.made > 1000)
      EXECUTE FUNCTION coupons.breaks()`);
  const fileId = parsePublicId('cpf', body.id) ?? '';
  const make = (attempt: number) =>
    world.http
      .get(MakeCodes)
      .run({ corpId: world.corpId, fileId }, { attempt, attemptsMax: 2, signal: never });
  await expect(make(1)).rejects.toThrow('breaks');
  await make(2);
  await world.sql('DROP TRIGGER breaks ON coupons.code_files');
  const ended = { state: 'ready', made: 1_000, errorCode: 'http.internal' };
  expect((await world.call('GET', `/v1/coupons/code-files/${body.id}`)).body).toMatchObject(ended);
  const id = parsePublicId('op', body.operationId) as OperationId; // reason for the cast: as above
  expect(await world.run(() => world.http.get(Operations).get(id))).toMatchObject({
    state: 'failed',
    errorCode: 'http.internal',
    done: 1_000,
  });
});

describe('grants by rule', () => {
  grantsCases(() => world);
});
