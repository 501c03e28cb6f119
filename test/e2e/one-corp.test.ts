import { setTimeout as sleep } from 'node:timers/promises';
import * as api from '../client/index.js';
import {
  type ConnectedCorp,
  connectCorp,
  idempotent,
  startTestApplication,
  type TestApplication,
  whenSynced,
} from '../support/application.js';
import { eventually } from '../support/eventually.js';

let test: TestApplication;
let corp: ConnectedCorp;

beforeAll(async () => {
  test = await startTestApplication();
  corp = await connectCorp(test);
  await whenSynced(corp.client);
}, 60_000);

afterAll(async () => test.close());

/** Every customer of the corp, page by page. */
async function allCustomers(): Promise<api.CustomerView[]> {
  const customers: api.CustomerView[] = [];
  for (let cursor: string | undefined; ;) {
    const { data } = await api.customersList({
      client: corp.client,
      throwOnError: true,
      query: { limit: 25, ...(cursor && { cursor }) },
    });
    customers.push(...data.items);
    if (!data.nextCursor) return customers;
    cursor = data.nextCursor;
  }
}

async function customerOf(externalUserId: string): Promise<api.CustomerDetailView> {
  const { data } = await api.customersList({
    client: corp.client,
    throwOnError: true,
    query: { externalUserId },
  });
  const [found] = data.items;
  if (!found) throw new Error('not there yet');
  const detail = await api.customersGet({ client: corp.client, throwOnError: true, path: { id: found.id } });
  return detail.data;
}

const anyStaff = async () => {
  const { data } = await api.staffList({ client: corp.client, throwOnError: true });
  const found = data.items.find((staff) => staff.servesCustomers && staff.status === 'active');
  if (!found) throw new Error('no staff');
  return found.staffUserId;
};

describe('one corp, end to end', () => {
  it('finds both secrets valid and never shows them', async () => {
    const { data } = await api.connectionsGet({
      client: corp.client,
      throwOnError: true,
      path: { corpId: corp.id },
    });
    expect(data.apps.map((app) => app.state)).toEqual(['valid', 'valid']);
    expect(JSON.stringify(data)).not.toContain(corp.wecom.appSecret);
    expect(JSON.stringify(data)).not.toContain(corp.wecom.assistantSecret);
  });

  it('mirrors exactly the customers, staff, tags and groups of WeCom', async () => {
    const world = test.sandbox.control.world().corps[0]!;
    expect(await allCustomers()).toHaveLength(world.customers);
    const { data: staff } = await api.staffList({
      client: corp.client,
      throwOnError: true,
      query: { limit: 200 },
    });
    expect(staff.items).toHaveLength(world.staff.length);
    const { data: tags } = await api.segmentsListCorpTags({ client: corp.client, throwOnError: true });
    expect(tags.items).toHaveLength(world.tagGroups.length);
    const { data: groups } = await api.groupChatsList({ client: corp.client, throwOnError: true });
    expect(groups.items).toHaveLength(world.groupChats.length);
  });

  it('shows a new customer, his new remark and tag, and his end, each after its callback', async () => {
    const { events } = test.sandbox.control;
    const userId = await anyStaff();
    const { externalUserId } = events.addCustomer({ userId, name: '海风', state: 'expo2026' });
    await eventually(async () => {
      const customer = await customerOf(externalUserId);
      expect(customer).toMatchObject({
        name: '海风',
        relations: [{ staffUserId: userId, state: 'expo2026' }],
      });
    });
    events.editRemark({ userId, externalUserId, remark: '海风-展会', remarkMobiles: ['13800001234'] });
    await eventually(async () => {
      const { relations } = await customerOf(externalUserId);
      expect(relations[0]).toMatchObject({ remark: '海风-展会', phones: ['138****1234'] });
    });
    events.customerDeletesStaff({ userId, externalUserId });
    await eventually(async () => {
      const { relations } = await customerOf(externalUserId);
      expect(relations[0]).toMatchObject({ active: false, ended: { byStaffAt: null } });
      expect(relations[0]?.ended.byCustomerAt).not.toBeNull();
    });
  });

  it('shows the later one of two changes that WeCom dates by the same second', async () => {
    const userId = await anyStaff();
    const { events } = test.sandbox.control;
    const { externalUserId } = events.addCustomer({ userId, name: '晚风' });
    await eventually(async () => expect((await customerOf(externalUserId)).relations).toHaveLength(1));
    await sleep(1_000 - (Date.now() % 1_000)); // a new second begins, so both callbacks have one body
    events.editRemark({ userId, externalUserId, remark: '第一次' });
    await sleep(400);
    events.editRemark({ userId, externalUserId, remark: '第二次' });
    await eventually(
      async () => expect((await customerOf(externalUserId)).relations[0]?.remark).toBe('第二次'),
      2_500, // before anything but the callback has it read again
    );
  });

  it('lists each callback with what became of it', async () => {
    await test.sandbox.control.whenDelivered();
    await eventually(async () => {
      const { data } = await api.callbacksList({ client: corp.client, throwOnError: true });
      expect(data.items.length).toBeGreaterThan(0);
      expect(new Set(data.items.map((item) => item.state))).toEqual(new Set(['applied']));
    });
  });

  it('repairs what callbacks missed and reports the drift', async () => {
    const userId = await anyStaff();
    const { externalUserId } = test.sandbox.control.events.addCustomer({
      userId,
      name: '静默',
      silent: true,
    });
    const { data: operation } = await api.customersSync({
      client: corp.client,
      headers: idempotent(),
      throwOnError: true,
    });
    await eventually(async () => {
      const { data } = await api.operationsGet({
        client: corp.client,
        throwOnError: true,
        path: { id: operation.id },
      });
      expect(data).toMatchObject({ state: 'succeeded', result: { inserted: 1 } });
    }, 20_000);
    expect((await customerOf(externalUserId)).name).toBe('静默');
  });

  it('answers a repeated start of a sync with the first result, and another body with a refusal', async () => {
    const headers = idempotent();
    const first = await api.staffSync({ client: corp.client, headers, throwOnError: true });
    const again = await api.staffSync({ client: corp.client, headers, throwOnError: true });
    expect(again.data).toEqual(first.data);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    const other = await api.segmentsSyncCorpTags({ client: corp.client, headers });
    expect(other.error).toMatchObject({ code: 'http.idempotency_key_reused' });
  });
});

describe('a wrong secret', () => {
  it('is said by the connection and not tried again', async () => {
    const wecom = test.sandbox.control.addCorp({
      name: '错密钥公司',
      size: { staff: 12, customers: 5, groupChats: 1 },
    });
    const broken = await connectCorp(test, { ...wecom, appSecret: 'wrong-secret' });
    const appOf = async () => {
      const { data } = await api.connectionsGet({
        client: broken.client,
        throwOnError: true,
        path: { corpId: broken.id },
      });
      return data.apps.find((app) => app.kind === 'self_built')!;
    };
    await eventually(async () => expect((await appOf()).state).toBe('rejected'));
    expect((await appOf()).problem).toMatchObject({ errcode: 40001 });
    const calls = test.sandbox.control.callCounts()['/cgi-bin/gettoken'];
    await api.customersSync({ client: broken.client, headers: idempotent() });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(test.sandbox.control.callCounts()['/cgi-bin/gettoken']).toBe(calls);

    const { data } = await api.connectionsChangeApp({
      client: test.operator,
      throwOnError: true,
      path: { corpId: broken.id, appId: (await appOf()).id },
      body: { secret: wecom.appSecret },
    });
    expect(data.state).toBe('unverified');
    await eventually(async () => expect((await appOf()).state).toBe('valid'));
    await whenSynced(broken.client);
  }, 60_000);
});
