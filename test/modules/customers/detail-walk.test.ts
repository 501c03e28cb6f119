import { jest } from '@jest/globals';
import { CustomerStore } from '../../../src/modules/customers/contacts/persistence/customer-store.js';
import { WecomApiError } from '../../../src/wecom/index.js';
import { WalkDetails } from '../../../src/modules/customers/contacts/use-cases/walk-details.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { heldRelations, worldRelations } from './relation-states.js';

let world: CustomersWorld;
beforeAll(async () => {
  world = await CustomersWorld.start();
});
afterAll(async () => world.close());
afterEach(() => jest.restoreAllMocks());

const GET = '/cgi-bin/externalcontact/get';
const calls = () => world.sandbox.control.callCounts()[GET] ?? 0;
const walk = (corp: TestCorp, customersMax?: number, signal = new AbortController().signal) =>
  world.http.get(WalkDetails).walk(corp.id, signal, customersMax);

describe('the walk for details', () => {
  it('brings personal tags that no event told of, a few customers at a time', async () => {
    const corp = await world.corp({ staff: 2, customers: 9 });
    for (const userId of await corp.followUsers()) {
      for (const externalUserId of await corp.customersOf(userId)) {
        const pair = { corpId: corp.wecomCorpId, userId, externalUserId, silent: true };
        corp.events.editTags({ ...pair, addPersonalTags: ['老客户'] });
      }
    }
    await corp.sync();
    const wanted = await worldRelations(corp, true);
    const before = calls();
    await walk(corp, 4);
    expect(calls() - before).toBe(4);
    expect(await heldRelations(corp)).not.toEqual(wanted);
    await walk(corp, 4);
    await walk(corp, 4);
    expect(calls() - before).toBe(12); // nine, and the three that had waited longest again
    expect(await heldRelations(corp)).toEqual(wanted);
  });

  it('goes on behind a customer whom nobody follows any more', async () => {
    const corp = await world.corp({ staff: 1, customers: 3 });
    await corp.sync();
    const [userId = ''] = await corp.followUsers();
    for (const externalUserId of await corp.customersOf(userId)) {
      corp.events.staffDeletesCustomer({ corpId: corp.wecomCorpId, userId, externalUserId, silent: true });
    }
    for (let i = 0; i < 3; i++) await walk(corp, 1);
    const rows = await corp.sql(
      'SELECT 1 FROM customers.customers WHERE corp_id = $1 AND detail_fetched_at IS NOT NULL',
      [corp.id],
    );
    expect(rows).toHaveLength(3);
    expect((await heldRelations(corp)).size).toBe(3); // ending them is the sweep's
  });

  it('goes on behind a customer whom WeCom shows in an unknown form', async () => {
    const corp = await world.corp({ staff: 1, customers: 3 });
    await corp.sync();
    const [first] = await corp.unit.read(corp.id, () => world.http.get(CustomerStore).listOldestDetails(1));
    const getContact = corp.contacts.getContact.bind(corp.contacts);
    jest.spyOn(corp.contacts, 'getContact').mockImplementation(async (corpId, externalUserId) => {
      if (externalUserId === first)
        throw WecomApiError.malformed('externalcontact/get', 'createtime is missing');
      return getContact(corpId, externalUserId);
    });
    await walk(corp, 3);
    const rows = await corp.sql(
      'SELECT 1 FROM customers.customers WHERE corp_id = $1 AND detail_fetched_at IS NOT NULL',
      [corp.id],
    );
    expect(rows).toHaveLength(3);
  });

  it('leaves customers in their places while WeCom does not answer', async () => {
    const corp = await world.corp({ staff: 1, customers: 2 });
    await corp.sync();
    const failed = WecomApiError.unanswered('externalcontact/get', 'ECONNREFUSED');
    jest.spyOn(corp.contacts, 'getContact').mockRejectedValue(failed);
    await expect(walk(corp, 2)).rejects.toBe(failed);
    const rows = await corp.sql(
      'SELECT 1 FROM customers.customers WHERE corp_id = $1 AND detail_fetched_at IS NOT NULL',
      [corp.id],
    );
    expect(rows).toEqual([]);
  });

  it('stops between two customers when the process shuts down', async () => {
    const corp = await world.corp({ staff: 1, customers: 3 });
    await corp.sync();
    const before = calls();
    await walk(corp, 3, AbortSignal.abort());
    expect(calls()).toBe(before);
  });
});
