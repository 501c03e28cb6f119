import { jest } from '@jest/globals';
import { WecomApiError } from '../../../src/wecom/index.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { ACTIVE, heldEnds, heldRelations, worldRelations } from './relation-states.js';

let world: CustomersWorld;
beforeAll(async () => {
  world = await CustomersWorld.start();
});
afterAll(async () => world.close());
afterEach(() => {
  jest.restoreAllMocks();
  world.sandbox.control.setSwitches({ inactiveUserIds: [], unlicensedUserIds: [] });
});

const control = () => world.sandbox.control;

/** Staff that the app sees, each with their customers, the one with the most first. */
async function serving(corp: TestCorp): Promise<{ userId: string; externalUserIds: string[] }[]> {
  const all = [];
  for (const userId of await corp.followUsers()) {
    all.push({ userId, externalUserIds: await corp.customersOf(userId) });
  }
  return all.sort((a, b) => b.externalUserIds.length - a.externalUserIds.length);
}

/** Ends a relation in the world without an event. */
function endSilently(corp: TestCorp, userId: string, externalUserId: string): void {
  corp.events.customerDeletesStaff({ corpId: corp.wecomCorpId, userId, externalUserId, silent: true });
}

describe('customers.sync', () => {
  it('brings every relation with its corp tags, and finds nothing new the second time', async () => {
    const corp = await world.corp({ staff: 6, customers: 40 });
    const expected = await worldRelations(corp, false);
    expect(expected.size).toBeGreaterThan(40);
    const first = await corp.sync();
    expect(first).toMatchObject({
      state: 'succeeded',
      result: { inserted: expected.size, changed: 0, ended: 0 },
    });
    expect(first.done).toBe(first.total);
    expect(await heldRelations(corp)).toEqual(expected);
    expect((await corp.sync()).result).toEqual({ inserted: 0, changed: 0, ended: 0, unreadStaff: [] });
  });

  it('repairs what lost events left and reports the drift', async () => {
    const corp = await world.corp({ staff: 4, customers: 30 });
    await corp.sync();
    const [{ userId, externalUserIds } = { userId: '', externalUserIds: [] }] = await serving(corp);
    const [edited = '', ended = ''] = externalUserIds;
    const o = { corpId: corp.wecomCorpId, userId, silent: true };
    corp.events.editRemark({ ...o, externalUserId: edited, remark: '新备注' });
    endSilently(corp, userId, ended);
    corp.events.addCustomer({ ...o, name: '新来的' });
    expect((await corp.sync()).result).toMatchObject({ inserted: 1, changed: 1, ended: 1 });
    expect(await heldRelations(corp)).toEqual(await worldRelations(corp, false));
    expect(await heldEnds(corp, userId, ended)).toEqual({ ...ACTIVE, disappeared: true });
  });

  it('counts a change once, also when several staff follow the customer', async () => {
    const corp = await world.corp({ staff: 4, customers: 0 });
    const target = { corpId: corp.wecomCorpId, silent: true };
    const [first = '', ...others] = await corp.followUsers();
    const { externalUserId } = corp.events.addCustomer({ ...target, userId: first });
    for (const userId of others) corp.events.addCustomer({ ...target, userId, externalUserId });
    await corp.sync();
    corp.events.editRemark({ ...target, userId: first, externalUserId, remark: '新备注' });
    expect((await corp.sync()).result).toMatchObject({ inserted: 0, changed: 1, ended: 0 });
    corp.events.renameCustomerSilently({ corpId: corp.wecomCorpId, externalUserId, name: '新名字' });
    expect((await corp.sync()).result).toMatchObject({ inserted: 0, changed: 1, ended: 0 });
  });

  it('keeps personal tags and phone numbers, which the listing leaves out', async () => {
    const corp = await world.corp({ staff: 1, customers: 1 });
    const [userId = ''] = await corp.followUsers();
    const [externalUserId = ''] = await corp.customersOf(userId);
    const o = { corpId: corp.wecomCorpId, userId, externalUserId };
    corp.events.editTags({ ...o, addPersonalTags: ['周末联系'] });
    corp.events.editRemark({ ...o, remarkMobiles: ['13800001234'] });
    await (
      await corp.loadContactEvent(corp.contactEvent('edit_external_contact', userId, externalUserId))
    )();
    const held = () =>
      corp.sql(
        `SELECT ARRAY(SELECT tag FROM customers.relation_tags WHERE corp_id = $1 AND kind = 'personal') AS tags,
                ARRAY(SELECT number_masked FROM customers.relation_phones WHERE corp_id = $1) AS phones`,
        [corp.id],
      );
    const before = await held();
    expect(before).toMatchObject([{ tags: expect.arrayContaining(['周末联系']), phones: ['138****1234'] }]);
    const listByStaff = corp.contacts.listByStaff.bind(corp.contacts);
    jest.spyOn(corp.contacts, 'listByStaff').mockImplementation(async (...args) => {
      const page = await listByStaff(...args);
      for (const { follow } of page.items) follow.remarkMobiles = []; // as provider apps see it
      return page;
    });
    await corp.sync();
    expect(await held()).toEqual(before);
  });

  /** One staff with three pages of customers, one with a single page. */
  async function unevenCorp(): Promise<{ corp: TestCorp; many: string; few: string }> {
    const corp = await world.corp({ staff: 2, customers: 0 });
    const [many = '', few = ''] = await corp.followUsers();
    const o = { corpId: corp.wecomCorpId, silent: true };
    for (let i = 0; i < 250; i++) corp.events.addCustomer({ ...o, userId: many });
    for (let i = 0; i < 30; i++) corp.events.addCustomer({ ...o, userId: few });
    return { corp, many, few };
  }

  it('goes on by the cursor after a crash and repeats no finished group', async () => {
    const { corp, many, few } = await unevenCorp();
    const pages = crashAtPage(corp, 3);
    const operation = await corp.startSync();
    await expect(corp.workSync()).rejects.toThrow('crash');
    expect(pages.map(({ userIds }) => userIds[0]).sort()).toEqual([few, many].sort());
    await corp.workSync();
    expect(await corp.operation(operation)).toMatchObject({ state: 'succeeded', result: { inserted: 280 } });
    expect(pages.slice(2)).toEqual([
      { userIds: [many], cursor: expect.stringMatching(/./) },
      { userIds: [many], cursor: expect.stringMatching(/./) },
    ]);
    expect(await heldRelations(corp)).toEqual(await worldRelations(corp, false));
  });

  it('starts an open group again when WeCom does not know its cursor any more', async () => {
    const { corp, many } = await unevenCorp();
    const pages = crashAtPage(corp, 3);
    const operation = await corp.startSync();
    await expect(corp.workSync()).rejects.toThrow('crash');
    control().invalidateCursors();
    await corp.workSync();
    expect(await corp.operation(operation)).toMatchObject({ state: 'succeeded', result: { inserted: 280 } });
    expect(pages.slice(2).map(({ userIds, cursor }) => [...userIds, cursor === ''])).toEqual([
      [many, true],
      [many, false],
      [many, false],
    ]);
  });

  it('fails instead of turning in circles when WeCom refuses the first page, or every cursor', async () => {
    const { corp, many } = await unevenCorp();
    let pages = 0;
    const listByStaff = corp.contacts.listByStaff.bind(corp.contacts);
    const refused = WecomApiError.refused('externalcontact/batch/get_by_user', 50100);
    const spy = jest.spyOn(corp.contacts, 'listByStaff').mockImplementation(async (...args) => {
      if (++pages > 100) throw new Error('still asking');
      if (args[1][0] === many && args[2] !== '') throw refused;
      return listByStaff(...args);
    });
    expect(await corp.sync()).toMatchObject({ state: 'failed', errorCode: 'wecom.call_refused' });
    spy.mockImplementation(async () => {
      if (++pages > 100) throw new Error('still asking');
      throw refused;
    });
    pages = 0;
    expect(await corp.sync()).toMatchObject({ state: 'failed', errorCode: 'wecom.call_refused' });
    expect(pages).toBeLessThan(10);
  });

  it.each([
    ['48011', (userId: string) => control().setSwitches({ inactiveUserIds: [userId] }), 48011],
    ['no licence', (userId: string) => control().setSwitches({ unlicensedUserIds: [userId] }), 701008],
  ])(
    'is incomplete for staff with %s: reads the others, marks nothing of theirs',
    async (_, refuse, errcode) => {
      const corp = await world.corp({ staff: 40, customers: 120 });
      await corp.sync();
      const [withheld, other] = await serving(corp);
      if (!withheld || !other) throw new Error('the corp is too small');
      const [kept = ''] = withheld.externalUserIds;
      const [lost = ''] = other.externalUserIds;
      endSilently(corp, withheld.userId, kept);
      endSilently(corp, other.userId, lost);
      refuse(withheld.userId);
      expect(await corp.sync()).toMatchObject({
        state: 'succeeded',
        result: { ended: 1, unreadStaff: [{ userId: withheld.userId, errcode }] },
      });
      expect(await heldEnds(corp, withheld.userId, kept)).toEqual(ACTIVE);
      expect(await heldEnds(corp, other.userId, lost)).toEqual({ ...ACTIVE, disappeared: true });
    },
  );

  it('marks nothing of staff who left the visible range', async () => {
    const corp = await world.corp({ staff: 4, customers: 30 });
    await corp.sync();
    const before = await heldRelations(corp);
    const [first] = await corp.followUsers();
    control().changeApp({
      corpId: corp.wecomCorpId,
      visibleUserIds: [first ?? ''],
      visibleDepartmentIds: [],
    });
    expect(await corp.followUsers()).toEqual([first]);
    expect(await corp.sync()).toMatchObject({ state: 'succeeded', result: { ended: 0 } });
    expect(await heldRelations(corp)).toEqual(before);
  });

  describe('that would end more than a fifth', () => {
    async function shrunkCorp() {
      const corp = await world.corp({ staff: 2, customers: 30 });
      await corp.sync();
      for (const { userId, externalUserIds } of await serving(corp)) {
        for (const id of externalUserIds.slice(0, 12)) endSilently(corp, userId, id);
      }
      const before = await heldRelations(corp);
      const after = await worldRelations(corp, false);
      const operation = await corp.startSync();
      await corp.workSync();
      return { corp, operation, before, after };
    }

    it('asks, and ends nothing until it is confirmed', async () => {
      const { corp, operation, before, after } = await shrunkCorp();
      const missing = before.size - after.size;
      expect(await corp.operation(operation)).toMatchObject({
        state: 'awaiting_confirmation',
        question: { counts: { relationsMissing: missing, relationsKnown: before.size } },
      });
      expect(await heldRelations(corp)).toEqual(before);
      await corp.answer(operation, 'confirm');
      await corp.workSync();
      expect(await corp.operation(operation)).toMatchObject({
        state: 'succeeded',
        result: { ended: missing },
      });
      expect(await heldRelations(corp)).toEqual(after);
    });

    it('ends nothing when it is cancelled', async () => {
      const { corp, operation, before } = await shrunkCorp();
      await corp.answer(operation, 'cancel');
      await corp.workSync();
      expect(await heldRelations(corp)).toEqual(before);
      expect(await corp.operation(operation)).toMatchObject({ state: 'cancelled' });
    });
  });

  it('does not overwrite what was read later than its page', async () => {
    const corp = await world.corp({ staff: 1, customers: 3 });
    await corp.sync();
    const [userId = ''] = await corp.followUsers();
    const [externalUserId = ''] = await corp.customersOf(userId);
    const o = { corpId: corp.wecomCorpId, userId, externalUserId, silent: true };
    const edit = corp.contactEvent('edit_external_contact', userId, externalUserId);
    corp.events.editRemark({ ...o, remark: 'older' });
    const storeOlder = await corp.loadContactEvent(edit);
    corp.events.editRemark({ ...o, remark: 'newer' });
    await corp.sync();
    await storeOlder();
    expect((await heldRelations(corp)).get(`${externalUserId} ${userId.toLowerCase()}`)?.remark).toBe(
      'newer',
    );
  });

  it('publishes one event for a page that brought news, and none for a page that did not', async () => {
    const corp = await world.corp({ staff: 1, customers: 8 });
    await corp.sync();
    const published = await corp.published();
    expect(published.map(({ name }) => name)).toEqual(['customers.relations_synced']);
    expect(published[0]?.payload.customerIds).toHaveLength(8);
    await corp.sync();
    expect(await corp.published()).toEqual(published);
  });
});

/** The process dies at the nth page that is asked for, once. Gives the pages that were answered. */
function crashAtPage(corp: TestCorp, nth: number): { userIds: readonly string[]; cursor: string }[] {
  const answered: { userIds: readonly string[]; cursor: string }[] = [];
  const listByStaff = corp.contacts.listByStaff.bind(corp.contacts);
  let asked = 0;
  jest.spyOn(corp.contacts, 'listByStaff').mockImplementation(async (corpId, userIds, cursor) => {
    if (++asked === nth) throw new Error('crash');
    const page = await listByStaff(corpId, userIds, cursor);
    answered.push({ userIds, cursor });
    return page;
  });
  return answered;
}
