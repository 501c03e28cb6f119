import { WalkDetails } from '../../../src/modules/customers/use-cases/walk-details.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { heldRelations, worldRelations } from './relation-states.js';

let world: CustomersWorld;
beforeAll(async () => {
  world = await CustomersWorld.start();
});
afterAll(async () => world.close());

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

  it('stops between two customers when the process shuts down', async () => {
    const corp = await world.corp({ staff: 1, customers: 3 });
    await corp.sync();
    const before = calls();
    await walk(corp, 3, AbortSignal.abort());
    expect(calls()).toBe(before);
  });
});
