import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { contactChanged } from '../../../src/wecom/wecom.events.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';

let world: CustomersWorld;
let corp: TestCorp;
let key: string;
let staff: string[];

beforeAll(async () => {
  world = await CustomersWorld.start();
  corp = await world.corp({ staff: 3, customers: 25 });
  await corp.sync();
  staff = await corp.followUsers();
  key = await world.http.corpKey(corp.id, ['customers:read', 'customers:write']);
});
afterAll(async () => world.close());

const get = (url: string, withKey = key) => world.http.call(withKey, { method: 'GET', url });
const idsOf = (body: { items: { externalUserId: string }[] }) =>
  body.items.map((item) => item.externalUserId).sort();

/** All pages of a list. */
async function listAll(query: string, limit = 7): Promise<Record<string, any>[]> {
  const items = [];
  for (let cursor = ''; ;) {
    const answer = await get(`/v1/customers?${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(answer.statusCode).toBe(200);
    const page = answer.json();
    items.push(...page.items);
    if (!page.nextCursor) return items;
    cursor = page.nextCursor;
  }
}

describe('GET /v1/customers', () => {
  it('pages through everybody once', async () => {
    const ids = (await listAll('')).map((item) => item.id as string);
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
    expect(ids).toEqual([...ids].sort());
    const byTime = (await listAll('sort=updatedAt')).map((item) => item.id as string);
    expect([...byTime].sort()).toEqual(ids);
  });

  it('filters by staff in any case, and shows their newest first', async () => {
    const [userId = ''] = staff;
    const expected = (await corp.customersOf(userId)).sort();
    expect(idsOf({ items: (await listAll(`staffUserId=${userId.toUpperCase()}`)) as never })).toEqual(
      expected,
    );
    const newest = await listAll(`staffUserId=${userId}&sort=followedAt`, 2);
    expect(idsOf({ items: newest as never })).toEqual(expected);
    const times = await corp.sql<{ id: string; at: Date }>(
      `SELECT c.external_user_id AS id, r.followed_at AS at FROM customers.follow_relations r
         JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
        WHERE r.corp_id = $1 AND r.staff_key = lower($2) ORDER BY r.followed_at DESC, r.customer_id DESC`,
      [corp.id, userId],
    );
    expect(newest.map((item) => item.externalUserId)).toEqual(times.map(({ id }) => id));
  });

  it('asks all relation filters of one and the same relation', async () => {
    const [one = '', two = ''] = staff;
    const o = { corpId: corp.wecomCorpId, silent: true, welcome: false };
    const { externalUserId } = corp.events.addCustomer({ ...o, userId: one, state: 'shelf', addWay: 201 });
    corp.events.addCustomer({ ...o, userId: two, externalUserId, state: 'door', addWay: 16 });
    await corp.deliver(contactChanged, corp.contactEvent('add_external_contact', one, externalUserId));
    const found = async (query: string) => idsOf({ items: (await listAll(query)) as never });
    expect(await found('state=shelf')).toEqual([externalUserId]);
    expect(await found(`state=shelf&staffUserId=${one}&addWay=201`)).toEqual([externalUserId]);
    expect(await found(`state=shelf&staffUserId=${two}`)).toEqual([]);
    expect(await found('addWay=16&state=door')).toEqual([externalUserId]);
    expect(await found('addWay=16&state=shelf')).toEqual([]);
  });

  it('tells active from ended relations', async () => {
    const [userId = ''] = staff;
    const { externalUserId } = corp.events.addCustomer({ corpId: corp.wecomCorpId, userId, silent: true });
    await corp.deliver(contactChanged, corp.contactEvent('add_external_contact', userId, externalUserId));
    const query = `externalUserId=${externalUserId}&relationState=`;
    expect(await listAll(`${query}active`)).toHaveLength(1);
    expect(await listAll(`${query}ended`)).toHaveLength(0);
    corp.tick();
    corp.events.customerDeletesStaff({ corpId: corp.wecomCorpId, userId, externalUserId, silent: true });
    await corp.deliver(contactChanged, corp.contactEvent('del_follow_user', userId, externalUserId));
    expect(await listAll(`${query}active`)).toHaveLength(0);
    const [item] = await listAll(`${query}ended`);
    const detail = (await get(`/v1/customers/${item?.id}`)).json();
    expect(detail.relations).toMatchObject([
      { active: false, ended: { byStaffAt: null, byCustomerAt: corp.happenedAt, disappearedAt: null } },
    ]);
  });

  it('filters by corp tag, union id, times', async () => {
    const [row] = await corp.sql<{ tag: string; count: number }>(
      `SELECT tag, count(DISTINCT customer_id) AS count FROM customers.relation_tags
        WHERE corp_id = $1 AND kind = 'corp' GROUP BY tag ORDER BY 2 DESC LIMIT 1`,
      [corp.id],
    );
    expect(await listAll(`corpTagId=${row?.tag}`)).toHaveLength(Number(row?.count));
    const [named] = (await listAll('')).filter((item) => item.unionId !== null);
    expect(idsOf({ items: (await listAll(`unionId=${named?.unionId}`)) as never })).toEqual([
      named?.externalUserId,
    ]);
    expect(await listAll('updatedFrom=2100-01-01T00:00:00Z')).toEqual([]);
    expect((await listAll('updatedFrom=2020-01-01T00:00:00Z')).length).toBe((await listAll('')).length);
    expect(await listAll('followedTo=2010-01-01T00:00:00Z')).toEqual([]);
    expect(
      (await listAll('followedFrom=2010-01-01T00:00:00Z&followedTo=2100-01-01T00:00:00Z')).length,
    ).toBeGreaterThan(20);
  });

  it('finds a phone number however it is written, and never shows it', async () => {
    const [userId = ''] = staff;
    const [externalUserId = ''] = await corp.customersOf(userId);
    const pair = { corpId: corp.wecomCorpId, userId, externalUserId, silent: true };
    corp.events.editRemark({ ...pair, remarkMobiles: ['+86 13812345678'] });
    await corp.deliver(contactChanged, corp.contactEvent('edit_external_contact', userId, externalUserId));
    for (const phone of ['13812345678', '%2B8613812345678', '138-1234-5678']) {
      const [found] = await listAll(`phone=${phone}`);
      expect(found?.externalUserId).toBe(externalUserId);
      const detail = await get(`/v1/customers/${found?.id}`);
      expect(detail.body).toContain('138****5678');
      expect(detail.body).not.toContain('12345678');
    }
    expect(await listAll('phone=13812345679')).toEqual([]);
    expect(world.http.logLines.join('\n')).not.toContain('13812345678');
  });

  it.each([
    ['sort=followedAt', 422, 'customers.sort_needs_staff'],
    ['phone=abc', 422, 'customers.phone_invalid'],
    ['cursor=made.up', 400, 'http.cursor_invalid'],
    ['relationState=gone', 400, 'http.validation_failed'],
    ['unheardOf=1', 400, 'http.validation_failed'],
    ['limit=201', 400, 'http.validation_failed'],
    ['addWay=-1', 400, 'http.validation_failed'],
  ])('refuses %s', async (query, status, code) => {
    const answer = await get(`/v1/customers?${query}`);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('refuses a cursor of another filter', async () => {
    const { nextCursor } = (await get('/v1/customers?limit=2')).json();
    const answer = await get(`/v1/customers?limit=2&addWay=1&cursor=${nextCursor}`);
    expect(answer.json().code).toBe('http.cursor_invalid');
  });
});

describe('GET /v1/customers/{id}', () => {
  it('shows profile, relations, tags', async () => {
    const [row] = await corp.sql<{ id: string }>(
      `SELECT customer_id AS id FROM customers.relation_tags WHERE corp_id = $1 AND kind = 'corp' LIMIT 1`,
      [corp.id],
    );
    const answer = await get(`/v1/customers/${toPublicId('cus', row?.id ?? '')}`);
    expect(answer.statusCode).toBe(200);
    const detail = answer.json();
    expect(detail).toMatchObject({ id: toPublicId('cus', row?.id ?? ''), relations: expect.any(Array) });
    expect(detail.relations[0].id).toMatch(/^rel_/);
    expect(detail.relations.flatMap((relation: any) => relation.tags)[0]).toMatchObject({ kind: 'corp' });
    expect(answer.body).not.toMatch(/corpId|staffKey|sealed|blind/i);
  });

  it('is not found for another corp, an unknown id and a text that is none', async () => {
    const other = await world.corp({ staff: 1, customers: 1 });
    const otherKey = await world.http.corpKey(other.id, ['customers:read']);
    const [mine] = await listAll('');
    for (const [id, withKey] of [
      [mine?.id, otherKey],
      [toPublicId('cus', '0190b5f0-0000-7000-8000-000000000000'), key],
      ['cus_nonsense', key],
    ] as const) {
      const answer = await get(`/v1/customers/${id}`, withKey);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'customers.not_found']);
    }
    expect((await get('/v1/customers', otherKey)).json().items).toEqual([]);
  });
});

describe('POST /v1/customers/sync', () => {
  it('starts one pass, and says which one is under way', async () => {
    const post = () => world.http.call(key, { method: 'POST', url: '/v1/customers/sync' });
    const started = await post();
    expect([started.statusCode, started.json().kind]).toEqual([202, 'customers.sync']);
    const again = await post();
    expect([again.statusCode, again.json().code]).toEqual([409, 'operations.already_running']);
    await corp.workSync();
  });

  it('needs the scope to write', async () => {
    const reader = await world.http.corpKey(corp.id, ['customers:read']);
    expect((await world.http.call(reader, { method: 'POST', url: '/v1/customers/sync' })).statusCode).toBe(
      403,
    );
  });
});
