import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { StaffDirectory, StaffModule } from '../../../src/modules/staff/index.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';

let world: MirrorWorld;
let key: string;

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [StaffModule],
    seed: 'staff-http',
    size: { staff: 12, customers: 12, groupChats: 0 },
  });
  await world.sync('staff.sync');
  key = await world.http.corpKey(world.corpId, ['staff:read', 'staff:write']);
});
afterAll(async () => world.close());

const get = async (url: string, as = key) => {
  const response = await world.http.call(as, { method: 'GET', url });
  return { status: response.statusCode, body: response.json<any>() };
};

describe('staff over REST', () => {
  it('lists all staff page by page, and refuses the cursor of another list or filter', async () => {
    const first = await get('/v1/staff?limit=5');
    expect(first.body.items).toHaveLength(5);
    const second = await get(`/v1/staff?limit=10&cursor=${first.body.nextCursor}`);
    expect(second.body.nextCursor).toBeUndefined();
    const ids = [...first.body.items, ...second.body.items].map((item) => item.id);
    expect(new Set(ids).size).toBe(12);
    expect(ids.every((id) => id.startsWith('stf_'))).toBe(true);
    for (const list of ['/v1/departments?', '/v1/staff?status=active&']) {
      expect(await get(`${list}cursor=${first.body.nextCursor}`)).toMatchObject({
        status: 400,
        body: { code: 'http.cursor_invalid' },
      });
    }
  });

  it('shows one member as listed, and only what the view promises', async () => {
    const { body } = await get('/v1/staff?limit=1');
    const [item] = body.items;
    expect(await get(`/v1/staff/${item.id}`)).toEqual({ status: 200, body: item });
    expect(Object.keys(item).sort()).toEqual([
      'alias',
      'avatarUrl',
      'departments',
      'directLeaderUserIds',
      'fetchedAt',
      'id',
      'leftAt',
      'name',
      'position',
      'servesCustomers',
      'staffUserId',
      'status',
    ]);
    expect(item).toMatchObject({ status: 'active', leftAt: null, name: expect.any(String) });
  });

  it('filters by department and status', async () => {
    const { staff = [] } = world.sandbox.control.world().corps[0] ?? {};
    const departmentId = staff.at(-1)?.departmentIds[0] ?? 0;
    const expected = staff.filter((member) => member.departmentIds.includes(departmentId));
    const { body } = await get(`/v1/staff?departmentId=${departmentId}&limit=200`);
    expect(body.items.map((item: { staffUserId: string }) => item.staffUserId).sort()).toEqual(
      expected.map((member) => member.userId).sort(),
    );
    expect((await get('/v1/staff?status=left')).body.items).toEqual([]);
    expect((await get('/v1/staff?status=away')).status).toBe(400);
  });

  it('lists departments with the root first', async () => {
    const { body } = await get('/v1/departments?limit=200');
    expect(body.items[0]).toMatchObject({ departmentId: 1, parentDepartmentId: 0 });
    expect(body.items).toHaveLength(world.sandbox.control.world().corps[0]?.departments ?? 0);
  });

  it('answers an unknown id, another corp and a missing scope with their codes', async () => {
    const { body } = await get('/v1/staff?limit=1');
    const { id: other } = await world.http.addCorp();
    const foreign = await world.http.corpKey(other, ['staff:read']);
    expect(await get(`/v1/staff/${body.items[0].id}`, foreign)).toMatchObject({
      status: 404,
      body: { code: 'staff.not_found' },
    });
    expect(await get('/v1/staff/stf_nonsense')).toMatchObject({ body: { code: 'staff.not_found' } });
    expect((await get('/v1/staff', foreign)).body.items).toEqual([]);
    const blind = await world.http.corpKey(world.corpId, ['customers:read']);
    expect((await get('/v1/staff', blind)).status).toBe(403);
    const ofStore = await world.http
      .get(ApiKeys)
      .createCorpKey(world.corpId, { owner: 'till', storeCodes: ['SH-01'] }, ['staff:read']);
    expect(await get('/v1/staff', ofStore.key)).toMatchObject({
      status: 403,
      body: { code: 'auth.key_of_stores' },
    });
  });

  it('starts a sync once and says which one is open', async () => {
    const start = () => world.http.call(key, { method: 'POST', url: '/v1/staff/sync' });
    const started = await start();
    expect(started.statusCode).toBe(202);
    expect(started.json()).toMatchObject({ kind: 'staff.sync', state: 'queued' });
    const second = await start();
    expect(second.statusCode).toBe(409);
    expect(second.json()).toMatchObject({ code: 'operations.already_running' });
    await world.workSync('staff.sync');
  });

  it('keeps stores: one code, one external id, a zone that the database knows, departments of the directory', async () => {
    const write = async (method: string, url: string, payload: object) => {
      const response = await world.http.call(key, { method, url, payload });
      return { status: response.statusCode, body: response.json<any>() };
    };
    const create = (payload: object) => write('POST', '/v1/stores', payload);
    const made = await create({ code: '上海-01', name: '南京路店', departmentIds: [1], externalId: 'pos-1' });
    expect(made).toMatchObject({
      status: 201,
      body: { code: '上海-01', timeZone: 'Asia/Shanghai', departmentIds: [1], closedAt: null },
    });
    const codes = [
      { code: '上海-01', name: 'x' },
      { code: 'B', name: 'x', externalId: 'pos-1' },
      { code: 'B', name: 'x', timeZone: 'Asia/Nowhere' },
      { code: 'B', name: 'x', departmentIds: [987_654] },
      { code: 'B', name: 'x', departmentIds: [1e300] },
      { code: 'B,C', name: 'x' },
    ].map(async (payload) => (await create(payload)).body.code);
    expect(await Promise.all(codes)).toEqual([
      'staff.store_exists',
      'staff.store_external_id_taken',
      'staff.time_zone_unknown',
      'staff.department_unknown',
      'staff.department_unknown',
      'http.validation_failed',
    ]);
    const url = `/v1/stores/${made.body.id}`;
    expect((await write('PATCH', url, { externalId: null })).body).toEqual({
      ...made.body,
      externalId: null,
    });
    expect((await write('PATCH', url, { name: '新店名' })).body).toMatchObject({
      name: '新店名',
      departmentIds: [1],
    });
    expect((await write('PATCH', url, { code: 'C' })).status).toBe(400);
    const closed = await write('POST', `${url}/close`, {});
    expect(closed.body.closedAt).not.toBeNull();
    expect(await write('POST', `${url}/close`, {})).toEqual(closed);
    expect((await get('/v1/stores?open=true')).body.items).toEqual([]);
    expect((await get('/v1/stores?code=上海-01')).body.items).toEqual([closed.body]);
    expect((await get('/v1/stores/sto_nonsense')).body.code).toBe('staff.store_not_found');
    const other = await world.http.corpKey((await world.http.addCorp()).id, ['staff:read']);
    expect((await get(url, other)).body.code).toBe('staff.store_not_found');
  });

  it('tells other modules the names of staff, whatever the case of the userid', async () => {
    const [member] = world.sandbox.control.world().corps[0]?.staff ?? [];
    const asked = member?.userId.toUpperCase() ?? '';
    const names = await world.unit.read(world.corpId, () =>
      world.http.get(StaffDirectory).namesOf([asked, 'nobody']),
    );
    expect([...names]).toEqual([[asked, member?.name]]);
  });
});
