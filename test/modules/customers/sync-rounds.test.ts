import { jest } from '@jest/globals';
import { MirrorContacts } from '../../../src/modules/customers/contacts/use-cases/mirror-contacts.js';
import { Answer } from '../../../src/wecom/client/answer.js';
import { WecomTransport } from '../../../src/wecom/client/wecom-transport.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { heldRelations, worldRelations } from './relation-states.js';

let world: CustomersWorld;
beforeAll(async () => {
  world = await CustomersWorld.start();
});
afterAll(async () => world.close());
afterEach(() => jest.restoreAllMocks());

/** More groups of staff than one round reads, and customers whom several staff follow. */
async function wideCorp(): Promise<TestCorp> {
  const corp = await world.corp({ staff: 24, customers: 60 });
  const staff = await corp.followUsers();
  const [userId = ''] = staff;
  const { externalUserId } = corp.events.addCustomer({ corpId: corp.wecomCorpId, userId, silent: true });
  for (const other of staff.slice(1)) {
    corp.events.addCustomer({ corpId: corp.wecomCorpId, userId: other, externalUserId, silent: true });
  }
  return corp;
}

/** The process dies after it has stored the pages of the nth round and before it commits. Gives how often it stored. */
function crashInRound(nth: number): { rounds: number } {
  const mirror = world.http.get(MirrorContacts);
  const apply = mirror.apply.bind(mirror);
  const seen = { rounds: 0 };
  jest.spyOn(mirror, 'apply').mockImplementation(async (observation) => {
    const changes = await apply(observation);
    if (observation.profiles.length > 0 && ++seen.rounds === nth) throw new Error('crash');
    return changes;
  });
  return seen;
}

/** Ids of customers that a sync published, once for each time. */
async function publishedCustomers(corp: TestCorp): Promise<unknown[]> {
  return (await corp.published()).flatMap(({ payload }) => payload.customerIds);
}

describe('a round of customers.sync', () => {
  it('is stored whole or not at all, and the pass goes on where it was', async () => {
    const corp = await wideCorp();
    const expected = await worldRelations(corp, false);
    const crash = crashInRound(2);
    const operation = await corp.startSync();
    await expect(corp.workSync()).rejects.toThrow('crash');
    const { done } = await corp.operation(operation);
    const before = await heldRelations(corp);
    expect(done).toBe(9); // who serves customers, and the first eight groups
    expect(before.size).toBeGreaterThan(0);
    expect(before.size).toBeLessThan(expected.size);
    await corp.workSync();
    expect(crash.rounds).toBeGreaterThan(2);
    const { state, result } = await corp.operation(operation);
    expect({ state, result }).toMatchObject({
      state: 'succeeded',
      result: { inserted: expected.size, changed: 0, ended: 0 },
    });
    expect(await heldRelations(corp)).toEqual(expected);
  });

  it('publishes each customer once, however many of the staff in it follow them', async () => {
    const corp = await world.corp({ staff: 6, customers: 0 });
    const [first = '', ...others] = await corp.followUsers();
    const target = { corpId: corp.wecomCorpId, silent: true };
    const { externalUserId } = corp.events.addCustomer({ ...target, userId: first });
    for (const userId of others) corp.events.addCustomer({ ...target, userId, externalUserId });
    expect((await corp.sync()).result).toMatchObject({ inserted: 6, changed: 0 });
    expect(await publishedCustomers(corp)).toHaveLength(1);
    corp.events.renameCustomerSilently({ corpId: corp.wecomCorpId, externalUserId, name: '新名字' });
    expect((await corp.sync()).result).toMatchObject({ inserted: 0, changed: 1 });
    expect(await publishedCustomers(corp)).toHaveLength(2);
  });

  it('keeps what the other pages brought when one of them holds a broken record', async () => {
    const corp = await world.corp({ staff: 3, customers: 0 });
    const [broken = '', ...others] = await corp.followUsers();
    for (const userId of [broken, ...others]) {
      corp.events.addCustomer({ corpId: corp.wecomCorpId, userId, silent: true });
    }
    const transport = world.http.get(WecomTransport);
    const send = transport.send.bind(transport);
    const spy = jest.spyOn(transport, 'send').mockImplementation(async (endpoint, request) => {
      const asked = (request.body as { userid_list?: string[] } | undefined)?.userid_list ?? [];
      const answer = await send(endpoint, request);
      if (!asked.includes(broken)) return answer;
      return { ...answer, json: Answer.of({ errcode: 0, external_contact_list: [{ follow_info: {} }] }) };
    });
    expect(await corp.sync()).toMatchObject({ state: 'failed', errorCode: 'wecom.answer_malformed' });
    const staffKeys = [...(await heldRelations(corp)).keys()].map((key) => key.split(' ')[1]);
    expect(staffKeys.sort()).toEqual(others.map((userId) => userId.toLowerCase()).sort());
    spy.mockRestore();
    expect((await corp.sync()).result).toMatchObject({ inserted: 1, changed: 0, ended: 0 });
  });

  it('leaves a customer alone whom an event read later, and stores the rest', async () => {
    const corp = await world.corp({ staff: 1, customers: 0 });
    const [userId = ''] = await corp.followUsers();
    const target = { corpId: corp.wecomCorpId, userId, silent: true };
    const { externalUserId } = corp.events.addCustomer(target);
    corp.events.addCustomer(target);
    const listByStaff = corp.contacts.listByStaff.bind(corp.contacts);
    jest.spyOn(corp.contacts, 'listByStaff').mockImplementationOnce(async (...args) => {
      const page = await listByStaff(...args);
      corp.events.renameCustomerSilently({ corpId: corp.wecomCorpId, externalUserId, name: '后来的名字' });
      corp.events.editRemark({ ...target, externalUserId, remark: '后来的备注' });
      const event = corp.contactEvent('edit_external_contact', userId, externalUserId);
      await (
        await corp.loadContactEvent(event)
      )();
      return page;
    });
    expect((await corp.sync()).result).toMatchObject({ inserted: 1, changed: 0, ended: 0 });
    const held = await heldRelations(corp);
    expect(held.get(`${externalUserId} ${userId.toLowerCase()}`)).toMatchObject({
      name: '后来的名字',
      remark: '后来的备注',
    });
    expect(held).toEqual(await worldRelations(corp, false));
  });
});
