import { CustomersModule } from '../../../src/modules/customers/index.js';
import { WalkDetails } from '../../../src/modules/customers/contacts/use-cases/walk-details.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { ContactsGateway } from '../../../src/wecom/index.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';

const REMARK = '/cgi-bin/externalcontact/remark';

let world: MirrorWorld;
let key: string;
let staff: string[];

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [CustomersModule],
    seed: 'relations',
    size: { staff: 3, customers: 6, groupChats: 0 },
  });
  await world.sync(CUSTOMERS_SYNC);
  staff = await world.http.get(ContactsGateway).listFollowUserIds(world.corpId);
  key = await world.http.corpKey(world.corpId, ['customers:read', 'customers:write']);
  world.newEvents();
});
afterAll(async () => world.close());
afterEach(() => world.sandbox.control.clearFaults());

const call = async (method: 'GET' | 'PATCH', url: string, payload?: object) => {
  const response = await world.http.call(key, { method, url, payload });
  return { status: response.statusCode, body: response.json<any>() };
};
const deliver = async () => {
  for (const event of world.newEvents()) await world.deliver(event);
};

interface Pair {
  userId: string;
  externalUserId: string;
  /** Of the customer, and of the relation. */
  path: string;
  relation: string;
}

/** A customer that this member has just added. */
async function befriend(userId = staff[0] ?? '', existing?: string): Promise<Pair> {
  world.clock.seconds += 60;
  const { externalUserId } = world.sandbox.control.events.addCustomer({
    userId,
    ...(existing && { externalUserId: existing }),
    state: 'shelf',
  });
  await deliver();
  const [row] = await world.query<{ customerId: string; relationId: string }>(
    `SELECT r.customer_id AS "customerId", r.id AS "relationId" FROM customers.follow_relations r
       JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
      WHERE r.corp_id = $1 AND c.external_user_id = $2 AND r.staff_key = lower($3)`,
    [world.corpId, externalUserId, userId],
  );
  const path = `/v1/customers/${toPublicId('cus', row?.customerId ?? '')}`;
  const relation = `${path}/relations/${toPublicId('rel', row?.relationId ?? '')}`;
  return { userId, externalUserId, path, relation };
}

const shown = async ({ path, relation }: Pair) =>
  (await call('GET', path)).body.relations.find(({ id }: { id: string }) => relation.endsWith(id));
const follow = async ({ userId, externalUserId }: Pair) => {
  const contact = await world.http.get(ContactsGateway).getContact(world.corpId, externalUserId);
  return contact.follows.find((one) => one.userId === userId);
};
const work = () => world.runJobs('customers.write_remark');
const now = () => new Date(world.clock.seconds * 1000).toISOString();

describe('GET /v1/customers/{cus}/relations/{rel}/history', () => {
  it('keeps each start and end when the customer comes back, in whatever order events arrive', async () => {
    const pair = await befriend();
    const { events } = world.sandbox.control;
    const moments = [['added', now()]];
    for (const end of ['staffDeletesCustomer', 'customerDeletesStaff'] as const) {
      world.clock.seconds += 60;
      events[end](pair);
      moments.push([end === 'staffDeletesCustomer' ? 'ended_by_staff' : 'ended_by_customer', now()]);
      world.clock.seconds += 60;
      events.addCustomer({ ...pair, addWay: 16 });
      moments.push(['added', now()]);
    }
    for (const event of world.newEvents().reverse()) await world.deliver(event);
    const { body } = await call('GET', `${pair.relation}/history`);
    const told = body.items.filter(({ kind }: { kind: string }) => kind !== 'started');
    expect(told.map(({ kind, at }: { kind: string; at: string }) => [kind, at])).toEqual(moments.reverse());
    expect((await shown(pair)).active).toBe(true);
  });

  it('says how each time began, and what remark, tags and numbers were before; page by page', async () => {
    const pair = await befriend();
    const { events } = world.sandbox.control;
    const tagId = world.sandbox.control.world().corps[0]?.tagGroups[0]?.tags[0]?.tagId ?? '';
    events.editRemark({ ...pair, remark: '老王', remarkMobiles: ['13800001234'] });
    await deliver();
    events.editRemark({ ...pair, remark: '王总', description: '要发票', remarkMobiles: [] });
    events.editTags({ ...pair, addTagIds: [tagId], addPersonalTags: ['爱喝茶'] });
    await deliver();
    world.clock.seconds += 60;
    events.staffDeletesCustomer(pair);
    events.addCustomer({ ...pair, addWay: 16, state: 'door' });
    await deliver();
    const items: any[] = [];
    for (let cursor = ''; ;) {
      const { body } = await call('GET', `${pair.relation}/history?limit=2${cursor && `&cursor=${cursor}`}`);
      items.push(...body.items);
      if (!body.nextCursor) break;
      cursor = body.nextCursor;
    }
    const of = (kind: string) => items.filter((item) => item.kind === kind);
    expect(of('started').map(({ addWay, state }) => [addWay, state])).toEqual([
      [16, 'door'],
      [expect.any(Number), 'shelf'],
    ]);
    expect(
      of('noted').map(({ remarkBefore, descriptionBefore }) => [remarkBefore, descriptionBefore]),
    ).toEqual(
      expect.arrayContaining([
        ['老王', ''],
        ['王总', '要发票'],
      ]),
    );
    expect(of('phones').map(({ phonesAdded, phonesRemoved }) => [phonesAdded, phonesRemoved])).toEqual([
      [[], ['138****1234']],
      [['138****1234'], []],
    ]);
    const added = of('tags').flatMap(({ tagsAdded }) => tagsAdded);
    expect(added.map(({ kind, id, name }) => [kind, id ?? name])).toEqual([
      ['corp', tagId],
      ['personal', '爱喝茶'],
    ]);
    expect(new Set(items.map(({ kind, at }) => `${kind} ${at}`)).size).toBe(items.length);
  });

  it('marks an end by handing over, and shows nothing of another customer', async () => {
    const pair = await befriend();
    world.sandbox.control.events.staffDeletesCustomer({ ...pair, byTransfer: true });
    await deliver();
    const { body } = await call('GET', `${pair.relation}/history`);
    expect(body.items.find(({ kind }: { kind: string }) => kind === 'ended_by_staff').byTransfer).toBe(true);
    const other = await befriend();
    const foreign = `${other.path}/relations/${pair.relation.split('/').at(-1)}`;
    for (const url of [
      foreign,
      `${pair.path}/relations/rel_guessed`,
      `/v1/customers/cus_x/relations/rel_x`,
    ]) {
      const answer = await call('GET', `${url}/history`);
      expect([answer.status, answer.body.code]).toEqual([404, 'customers.relation_not_found']);
      expect((await call('PATCH', url, { remark: 'x' })).status).toBe(404);
    }
  });

  it('has nothing of a first sync and the first full read', async () => {
    await world.http.get(WalkDetails).walk(world.corpId, new AbortController().signal, 1000);
    const rows = await world.query(
      `SELECT h.kind FROM customers.relation_history h
         JOIN customers.follow_relations r ON r.corp_id = h.corp_id AND r.id = h.relation_id
        WHERE h.corp_id = $1 AND r.added_at IS NULL`,
      [world.corpId],
    );
    expect(rows).toEqual([]);
  });
});

describe('PATCH /v1/customers/{cus}/relations/{rel}', () => {
  it('shows the wish at once and brings it to WeCom', async () => {
    const pair = await befriend();
    const wish = { remark: '海风', description: '两居室', phones: ['+86 138 0000 1234'] };
    const { status, body } = await call('PATCH', pair.relation, wish);
    expect(status).toBe(202);
    const expected = { remark: '海风', description: '两居室', phones: ['138****1234'] };
    expect(body).toMatchObject({ ...expected, write: { state: 'pending', settledAt: null, problem: null } });
    expect((await follow(pair))?.remark).not.toBe('海风');
    await work();
    expect(await follow(pair)).toMatchObject({ remark: '海风', remarkMobiles: ['+86 138 0000 1234'] });
    expect(await shown(pair)).toMatchObject({ ...expected, write: { state: 'done', problem: null } });
    expect(
      await world.query(
        'SELECT 1 FROM customers.remark_writes WHERE corp_id = $1 AND phones_sealed IS NOT NULL',
        [world.corpId],
      ),
    ).toEqual([]);
    await call('PATCH', pair.relation, { phones: [], remark: '' });
    await work();
    expect(await follow(pair)).toMatchObject({ remark: '', description: '两居室', remarkMobiles: [] });
  });

  it('a refresh of the mirror does not bring the old value back before WeCom has the new one', async () => {
    const pair = await befriend();
    await call('PATCH', pair.relation, { remark: '新的' });
    world.sandbox.control.events.editRemark({ ...pair, remark: '旧的' });
    await deliver();
    expect((await shown(pair)).remark).toBe('新的');
    await work();
    expect((await shown(pair)).remark).toBe('新的');
    expect((await follow(pair))?.remark).toBe('新的');
  });

  it.each([
    [84061, 'staffDeletesCustomer'],
    [60020, undefined],
  ] as const)('shows on the relation that WeCom refuses with %i', async (errcode, change) => {
    const pair = await befriend();
    if (change) world.sandbox.control.events[change]({ ...pair, silent: true });
    else world.sandbox.control.failNext({ path: REMARK, errcode });
    const before = (await shown(pair)).remark;
    await call('PATCH', pair.relation, { remark: '不行' });
    await work();
    const { remark, write } = await shown(pair);
    expect(remark).toBe(before);
    expect(write).toMatchObject({ state: 'refused', problem: { errcode, code: 'wecom.call_refused' } });
    expect(write.problem.zh).toMatch(/\p{Script=Han}/u);
    expect(await work()).toBe(0);
  });

  it('waits while WeCom is down, and a newer wish takes the place of an older one', async () => {
    const pair = await befriend();
    const outage = world.sandbox.control.addFault({ path: REMARK, effect: { errcode: -1 } });
    await call('PATCH', pair.relation, { remark: '一', description: '留着' });
    await work();
    await call('PATCH', pair.relation, { remark: '二' });
    await work();
    expect(await shown(pair)).toMatchObject({ remark: '二', write: { state: 'pending' } });
    outage.remove();
    expect(await work()).toBe(1);
    expect(await follow(pair)).toMatchObject({ remark: '二', description: '留着' });
    expect((await shown(pair)).write.state).toBe('done');
  }, 20_000);

  it('reads what became of a call that nobody answered, and calls again only where it did not arrive', async () => {
    const pair = await befriend();
    world.sandbox.control.addFault({ path: REMARK, times: 3, effect: { cutAfterBytes: 0 } });
    await call('PATCH', pair.relation, { remark: '到了' });
    await work();
    const calls = world.calls(REMARK);
    expect((await shown(pair)).write.state).toBe('pending');
    await work();
    expect([world.calls(REMARK), (await shown(pair)).write.state]).toEqual([calls, 'done']);
    world.sandbox.control.addFault({ path: REMARK, times: 3, effect: { reset: true } });
    await call('PATCH', pair.relation, { remark: '没到' });
    for (let runs = 0; runs < 3; runs++) await work();
    expect((await follow(pair))?.remark).toBe('没到');
    expect((await shown(pair)).write.state).toBe('done');
  }, 20_000);

  it('goes on after a kill before and after the call', async () => {
    const pair = await befriend();
    for (const state of ['calling', 'accepted']) {
      await call('PATCH', pair.relation, { remark: `备注${state}` });
      await world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [world.corpId]);
      await world.http.sql(`UPDATE customers.remark_writes SET state = $1 WHERE state = 'waiting'`, [state]);
      await work();
      await work();
      expect((await shown(pair)).write.state).toBe('done');
    }
    expect((await follow(pair))?.remark).toBe('备注calling');
  });

  it('refuses what WeCom would not take', async () => {
    const pair = await befriend();
    const codes = async (body: object) => (await call('PATCH', pair.relation, body)).body.code;
    expect(await codes({})).toBe('customers.remark_empty');
    expect(await codes({ phones: ['abc'] })).toBe('customers.phone_invalid');
    for (const body of [
      { remark: '字'.repeat(21) },
      { description: '字'.repeat(151) },
      { stage: 1 },
      { phones: 'x' },
    ]) {
      const { status } = await call('PATCH', pair.relation, body);
      expect(status).toBe(400);
    }
  });
});
