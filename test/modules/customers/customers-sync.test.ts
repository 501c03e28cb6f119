import { CUSTOMERS_SYNC } from '../../../src/modules/customers/use-cases/customers-sync.js';
import { type CustomersWorld, startCustomersWorld } from './customers-world.js';
import { statedRelations, worldRelations } from './relation-states.js';

let world: CustomersWorld;
const BATCH = '/cgi-bin/externalcontact/batch/get_by_user';

beforeEach(async () => {
  world = await startCustomersWorld({ seed: 'sync', size: { staff: 12, customers: 150, groupChats: 0 } });
});
afterEach(async () => world.close());

const followUsers = () => world.contacts.listFollowUserIds(world.corpId);
const resultOf = async () => (await world.sync()).result;
const calls = (path: string) => world.sandbox.control.callCounts()[path] ?? 0;

describe('customers.sync', () => {
  it('brings every relation with its corp tags, and finds nothing new the second time', async () => {
    const first = await world.sync();
    expect(first.state).toBe('succeeded');
    const expected = await worldRelations(world, { personalTags: false });
    expect(expected.size).toBeGreaterThan(150);
    expect(await statedRelations(world)).toEqual(expected);
    expect(first.result).toMatchObject({ inserted: expected.size, changed: 0, ended: 0 });
    expect(await resultOf()).toMatchObject({ inserted: 0, changed: 0, ended: 0 });
  });

  it('reports the drift of lost events and repairs it', async () => {
    await world.sync();
    const [staff = ''] = await followUsers();
    const [one = '', two = ''] = await world.contacts.listExternalUserIds(world.corpId, staff);
    const { events } = world.sandbox.control;
    events.editRemark({ userId: staff, externalUserId: one, remark: '新备注', silent: true });
    events.customerDeletesStaff({ userId: staff, externalUserId: two, silent: true });
    events.addCustomer({ userId: staff, name: '新来的', silent: true });
    expect(await resultOf()).toMatchObject({ inserted: 1, changed: 1, ended: 1 });
    expect(await statedRelations(world)).toEqual(await worldRelations(world, { personalTags: false }));
  });
});
