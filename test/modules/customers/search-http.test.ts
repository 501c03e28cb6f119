import { randomUUID } from 'node:crypto';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { followNames } from './search-world.js';

/* oxlint-disable typescript/no-explicit-any -- bodies of answers */

let world: CustomersWorld;
let corp: TestCorp;
let key: string;
let revealKey: string;

beforeAll(async () => {
  world = await CustomersWorld.start();
  corp = await world.corp({ staff: 1, customers: 0 });
  key = await world.http.corpKey(corp.id, ['customers:read', 'customers:write'], 'crm');
  revealKey = await world.http.corpKey(corp.id, ['customers:read', 'customers:reveal']);
});
afterAll(async () => world.close());

async function send(
  method: string,
  url: string,
  payload?: object,
  withKey = key,
): Promise<{ status: number; body: any }> {
  const answer = await world.http.call(withKey, { method, url, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.body ? answer.json() : undefined };
}
const search = (filter: object, more: object = {}) =>
  send('POST', '/v1/customers/search', { filter, ...more });
const crm = (value: string) => ({ kind: 'external_id', namespace: 'crm', value });
const upsert = (items: object[]) => send('POST', '/v1/customers/upsert', { source: 'crm', items });
const put = (identifier: object, fields: object = {}) =>
  send('PUT', '/v1/customers/by-identifier', { source: 'crm', identifier, fields });
const countCustomers = async (): Promise<number> =>
  (
    await corp.sql<{ count: number }>('SELECT count(*)::int FROM customers.customers WHERE corp_id = $1', [
      corp.id,
    ])
  )[0]?.count ?? 0;

describe('upsert', () => {
  it('creates, changes and leaves alone, and says which', async () => {
    const first = await put(crm('A1'), { name: '单田芳', score: 3 });
    expect(first).toMatchObject({ status: 200, body: { result: 'created' } });
    expect(await put(crm('A1'), { score: 3 })).toEqual({
      status: 200,
      body: { ...first.body, result: 'unchanged' },
    });
    expect(await put(crm('A1'), { score: 4 })).toEqual({
      status: 200,
      body: { ...first.body, result: 'updated' },
    });
    const more = [{ identifier: crm('A1'), identifiers: [{ kind: 'phone', value: '138 0000 1234' }] }];
    const { body } = await upsert(more);
    expect(body.results).toEqual([{ result: 'updated', customerId: first.body.customerId }]);
    expect((await upsert(more)).body.results[0].result).toBe('unchanged');
    const byPhone = await search({ phones: ['+86 13800001234'] });
    expect(byPhone.body.items.map((one: any) => one.id)).toEqual([first.body.customerId]);
  });

  it('takes the same identifier twice in one call for one customer', async () => {
    const before = await countCustomers();
    const { body } = await upsert([
      { identifier: crm('B1'), fields: { score: 1 } },
      { identifier: { ...crm('B1'), namespace: 'CRM' }, fields: { score: 2 } },
      { identifier: crm('B1') },
    ]);
    expect(body.results.map((one: any) => one.result)).toEqual(['created', 'updated', 'unchanged']);
    expect(new Set(body.results.map((one: any) => one.customerId)).size).toBe(1);
    expect(await countCustomers()).toBe(before + 1);
    expect((await search({ fields: [{ key: 'score', min: 2, max: 2 }] })).body.items).toHaveLength(1);
  });

  it('writes nothing of an item that it refuses, and the others whole', async () => {
    const before = await countCustomers();
    const { body } = await upsert([
      { identifier: { kind: 'phone', value: 'none' } },
      { identifier: { kind: 'external_userid', value: 'wmNobody' } },
      { identifier: crm('C1'), fields: { score: 'many', birthday: '2026-02-30', unheard: 1 } },
      { identifier: crm('C2'), fields: { score: 7 } },
    ]);
    expect(body.results).toEqual([
      { result: 'refused', code: 'customers.identifier_invalid' },
      { result: 'refused', code: 'customers.upsert_unknown_contact' },
      {
        result: 'refused',
        code: 'customers.upsert_field_refused',
        fields: [
          { field: 'score', code: 'number' },
          { field: 'birthday', code: 'date' },
          { field: 'unheard', code: 'unknown' },
        ],
      },
      { result: 'created', customerId: expect.any(String) },
    ]);
    expect(await countCustomers()).toBe(before + 1);
    const refused = await put(crm('C1'), { score: 'many' });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'customers.upsert_field_refused', params: { fields: ['score: number'] } },
    });
  });

  it('makes one customer of two calls at once', async () => {
    for (let round = 0; round < 5; round++) {
      const before = await countCustomers();
      const items = [0, 1, 2].map((n) => ({ identifier: crm(`R${round}-${n}`), fields: { score: n } }));
      const answers = await Promise.all([upsert(items), upsert(items.toReversed()), put(crm(`R${round}-0`))]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(await countCustomers()).toBe(before + 3);
    }
  });

  it('gives a customer no more than 200 identifiers, and takes what he has already', async () => {
    const bulk = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => ({
        identifier: crm('many'),
        identifiers: [{ kind: 'external_id', namespace: 'card', value: `C${from + at}` }],
      }));
    const results = async (items: object[]) => (await upsert(items)).body.results as any[];
    const first = await results([...bulk(0, 199), ...bulk(0, 199)]);
    expect(new Set(first.map(({ result }) => result))).toEqual(new Set(['created', 'updated']));
    const [more, known] = await results([...bulk(199, 200), ...bulk(5, 6)]);
    expect(more).toMatchObject({ result: 'refused', code: 'customers.identifiers_too_many' });
    expect(known).toMatchObject({ result: 'unchanged' });
    const path = `/v1/customers/${known.customerId}/identifiers`;
    const add = (value: string) =>
      send('POST', path, { identifiers: [{ kind: 'external_id', namespace: 'card', value }] });
    expect(await add('C199')).toMatchObject({
      status: 422,
      body: { code: 'customers.identifiers_too_many' },
    });
    expect((await add('C7')).status).toBe(200);
  });
});

describe('search', () => {
  it('finds by name, initials, remark and other fields at once, page by page', async () => {
    const ids = [];
    for (const n of [1, 2, 3])
      ids.push((await put(crm(`S${n}`), { name: '海风', score: 50 + n })).body.customerId);
    await corp.sql(
      `UPDATE customers.customers SET updated_at = now() - interval '2 seconds' WHERE corp_id = $1`,
      [corp.id],
    );
    await followNames(corp);
    for (const name of ['海', '风', '海风', 'hf', 'H']) {
      expect((await search({ names: [name] })).body.items.map((one: any) => one.id)).toEqual(ids);
    }
    const filter = {
      names: ['海'],
      fields: [{ max: 52, key: 'score' }],
      createdFrom: '2020-01-01T00:00:00Z',
    };
    const first = await search(filter, { limit: 1, sort: 'newest' });
    expect(first.body.items[0].id).toBe(ids[1]);
    const reordered = { createdFrom: filter.createdFrom, fields: [{ key: 'score', max: 52 }], names: ['海'] };
    const second = await search(reordered, { limit: 1, sort: 'newest', cursor: first.body.nextCursor });
    expect(second.body).toEqual({ items: [expect.objectContaining({ id: ids[0] })] });
    const other = await search({ names: ['风'] }, { cursor: first.body.nextCursor });
    expect(other).toMatchObject({ status: 400, body: { code: 'http.cursor_invalid' } });
  });

  it.each([
    [{ names: ['  '] }, 'customers.filter_name_empty'],
    [{ phones: ['none'] }, 'customers.phone_invalid'],
    [{ identifiers: [{ kind: 'email', value: 'nobody' }] }, 'customers.identifier_invalid'],
    [{ fields: [{ key: 'unheard', min: 1 }] }, 'customers.filter_field_unknown'],
    [{ fields: [{ key: 'score', anyOf: ['1'] }] }, 'customers.filter_unsuitable'],
    [{ fields: [{ key: 'score' }] }, 'customers.filter_unsuitable'],
    [{ fields: [{ key: 'responsible_staff', anyOf: ['zhang'] }] }, 'customers.filter_unsuitable'],
    [{ fields: [{ key: 'source_channel', anyOf: ['expo'] }] }, 'customers.filter_unsuitable'],
    [{ fields: [{ key: 'birthday', from: '2026-02-30' }] }, 'customers.filter_unsuitable'],
  ])('refuses %j', async (filter, code) => {
    expect(await send('POST', '/v1/customers/search', { filter }, revealKey)).toMatchObject({
      status: 422,
      body: { code },
    });
  });

  it('compares masked values only for those who may reveal them', async () => {
    const { body } = await put(crm('P1'), { birthday: '1990-05-20' });
    await send('POST', '/v1/customer-fields', {
      key: 'diet',
      type: 'text',
      labelZh: '饮食',
      labelEn: 'Diet',
      personal: true,
    });
    await put(crm('P1'), { diet: 'vegan' });
    for (const fields of [
      [{ key: 'birthday', from: '1990-05-20', to: '1990-05-21' }],
      [{ key: 'diet', anyOf: ['vegan'] }],
    ]) {
      expect(await search({ fields })).toMatchObject({
        status: 403,
        body: { code: 'customers.filter_field_personal' },
      });
      const found = await send('POST', '/v1/customers/search', { filter: { fields } }, revealKey);
      expect(found.body.items.map((one: any) => one.id)).toEqual([body.customerId]);
      expect((await send('POST', '/v1/customer-views', { name: 'x', filter: { fields } })).body.code).toBe(
        'customers.view_holds_personal_data',
      );
    }
    await send('POST', '/v1/customers/search', { filter: { names: ['无'] } }, revealKey);
    const trail = await corp.sql(
      `SELECT count(*)::int AS searches, count(DISTINCT actor_id)::int AS keys FROM platform.audit_entries
        WHERE corp_id = $1 AND action = 'customers.reveal_by_search'`,
      [corp.id],
    );
    expect(trail).toEqual([{ searches: 2, keys: 1 }]);
  });

  it.each([
    [{ names: [] }],
    [{ names: 'a '.repeat(101).trim().split(' ') }],
    [{ anyTags: 't' }],
    [{ relation: { addWays: [1.5] } }],
    [{ unheard: 1 }],
  ])('refuses a shape, %#', async (filter) => {
    expect(await search(filter)).toMatchObject({ status: 400, body: { code: 'http.validation_failed' } });
  });

  it('answers odd values with nobody', async () => {
    const odd = {
      relation: { addWays: [1e15, -1e15], followedFrom: '0001-01-01T00:00:00Z' },
      anyTags: ["'; --", '%'],
    };
    expect(await search(odd)).toEqual({ status: 200, body: { items: [] } });
    expect(await search({ names: ['%', '_', '\\', '\u{1F600}'] })).toEqual({
      status: 200,
      body: { items: [] },
    });
  });

  it('shows no customer of another corp', async () => {
    const other = await world.corp({ staff: 1, customers: 0 });
    const foreign = await world.http.corpKey(other.id, ['customers:read']);
    for (const filter of [
      {},
      { names: ['海'] },
      { phones: ['13800001234'] },
      { fields: [{ key: 'score', min: 0 }] },
    ]) {
      expect(await send('POST', '/v1/customers/search', { filter }, foreign)).toEqual({
        status: 200,
        body: { items: [] },
      });
    }
  });
});

describe('saved views', () => {
  const content = {
    name: '高分',
    filter: { fields: [{ key: 'score', min: 50 }], createdFrom: '2020-01-01T00:00:00.000Z' },
    sort: 'newest',
  };

  it('keep a filter that a search then uses', async () => {
    const made = await send('POST', '/v1/customer-views', content);
    expect(made).toMatchObject({ status: 201, body: { ...content, owner: 'crm' } });
    const url = `/v1/customer-views/${made.body.id}`;
    expect(await send('GET', url)).toEqual({ status: 200, body: made.body });
    const listed = await send('GET', '/v1/customer-views?owner=crm');
    expect(listed.body.items).toEqual([made.body]);
    const run = await send('POST', '/v1/customers/search', { viewId: made.body.id });
    expect(run.body).toEqual((await search(content.filter, { sort: 'newest' })).body);
    expect(run.body.items).toHaveLength(3);
    expect(await send('POST', '/v1/customer-views', content)).toMatchObject({
      status: 409,
      body: { code: 'customers.view_name_taken' },
    });
    const changed = await send('PUT', url, { ...content, filter: { fields: [{ key: 'score', min: 53 }] } });
    expect(changed.status).toBe(200);
    expect((await send('POST', '/v1/customers/search', { viewId: made.body.id })).body.items).toHaveLength(1);
    const both = await send('POST', '/v1/customers/search', { viewId: made.body.id, filter: {} });
    expect(both.body.code).toBe('customers.view_or_filter');
    expect((await send('DELETE', url)).status).toBe(204);
    expect((await send('POST', '/v1/customers/search', { viewId: made.body.id })).status).toBe(404);
  });

  it('refuse what a search would refuse, and personal data', async () => {
    const refused = (filter: object) => send('POST', '/v1/customer-views', { name: 'x', filter });
    expect((await refused({ phones: ['13800001234'] })).body.code).toBe('customers.view_holds_personal_data');
    expect((await refused({ fields: [{ key: 'unheard', min: 1 }] })).body.code).toBe(
      'customers.filter_field_unknown',
    );
    expect((await send('GET', '/v1/customer-views')).body.items).toEqual([]);
  });

  it('are 500 in a corp, with filters of 16 kB', async () => {
    const anyOf = Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(200, 'x'));
    const large = { fields: [{ key: 'responsible_staff', anyOf }] };
    expect((await send('POST', '/v1/customer-views', { name: 'x', filter: large })).body.code).toBe(
      'customers.view_filter_too_large',
    );
    await corp.sql(
      `INSERT INTO customers.views (corp_id, id, owner, name, filter, sort, created_at, updated_at)
       SELECT $1, gen_random_uuid(), 'many', n::text, '{}', 'oldest', now(), now() FROM generate_series(1, 500) AS n`,
      [corp.id],
    );
    expect((await send('POST', '/v1/customer-views', content)).body.code).toBe('customers.views_too_many');
    await corp.sql(`DELETE FROM customers.views WHERE corp_id = $1 AND owner = 'many'`, [corp.id]);
  });

  it('are not found by those of another corp', async () => {
    const made = await send('POST', '/v1/customer-views', content);
    const other = await world.corp({ staff: 1, customers: 0 });
    const foreign = await world.http.corpKey(other.id, ['customers:read', 'customers:write']);
    const url = `/v1/customer-views/${made.body.id}`;
    for (const [method, path, body] of [
      ['GET', url, undefined],
      ['PUT', url, content],
      ['DELETE', url, undefined],
      ['GET', `/v1/customer-views/${toPublicId('cvw', randomUUID())}`, undefined],
      ['GET', '/v1/customer-views/guess', undefined],
      ['POST', '/v1/customers/search', { viewId: made.body.id }],
    ] as const) {
      expect((await send(method, path, body, foreign)).status).toBe(404);
    }
    expect((await send('GET', '/v1/customer-views', undefined, foreign)).body.items).toEqual([]);
  });
});
