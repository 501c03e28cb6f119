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

  it('tells other modules the names of staff, whatever the case of the userid', async () => {
    const [member] = world.sandbox.control.world().corps[0]?.staff ?? [];
    const asked = member?.userId.toUpperCase() ?? '';
    const names = await world.unit.read(world.corpId, () =>
      world.http.get(StaffDirectory).namesOf([asked, 'nobody']),
    );
    expect([...names]).toEqual([[asked, member?.name]]);
  });
});
