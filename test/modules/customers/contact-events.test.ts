import { jest } from '@jest/globals';
import { StaffReadStore } from '../../../src/modules/customers/contacts/persistence/staff-read-store.js';
import { corpTagsDeleted, type CorpTagsDeleted } from '../../../src/modules/segments/segments.events.js';
import { CORP_TAGS_SYNC } from '../../../src/modules/segments/use-cases/corp-tags-sync.js';
import {
  corpTagChanged,
  directoryChanged,
  contactChanged,
  corpConnected,
} from '../../../src/wecom/wecom.events.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { ACTIVE, heldEnds, heldRelations, worldRelations } from './relation-states.js';

let world: CustomersWorld;
beforeAll(async () => {
  world = await CustomersWorld.start();
});
afterAll(async () => world.close());

/** A corp with one relation that we hold, and events about it that the sandbox does not send by itself. */
async function pairedCorp(options: { synced: boolean } = { synced: true }) {
  const corp = await world.corp({ staff: 3, customers: 0 });
  const [userId = '', otherUserId = ''] = await corp.followUsers();
  const target = { corpId: corp.wecomCorpId, silent: true };
  const { externalUserId } = corp.events.addCustomer({
    ...target,
    userId,
    state: 'expo2026',
    welcome: false,
  });
  if (options.synced) await corp.sync();
  const pair = { ...target, userId, externalUserId };
  const add = () => {
    corp.events.addCustomer({ ...pair, welcome: false });
    return corp.contactEvent('add_external_contact', userId, externalUserId);
  };
  const byStaff = () => {
    corp.events.staffDeletesCustomer(pair);
    return corp.contactEvent('del_external_contact', userId, externalUserId);
  };
  const byCustomer = () => {
    corp.events.customerDeletesStaff(pair);
    return corp.contactEvent('del_follow_user', userId, externalUserId);
  };
  const ends = () => heldEnds(corp, userId, externalUserId);
  return { corp, userId, otherUserId, externalUserId, pair, add, byStaff, byCustomer, ends };
}

async function expectEqual(corp: TestCorp): Promise<void> {
  expect(await heldRelations(corp)).toEqual(await worldRelations(corp, true));
}

describe('contact events', () => {
  it.each(['add_external_contact', 'add_half_external_contact'] as const)(
    '%s stores customer and relation',
    async (type) => {
      const { corp, userId, externalUserId } = await pairedCorp({ synced: false });
      await corp.deliver(contactChanged, corp.contactEvent(type, userId, externalUserId));
      await expectEqual(corp);
      expect(await corp.published()).toEqual([
        {
          name: 'customers.relation_started',
          payload: expect.objectContaining({ staffUserId: userId, addWay: 1, state: 'expo2026' }),
        },
      ]);
    },
  );

  it('edit_external_contact brings remark, numbers and personal tags, and takes them away', async () => {
    const { corp, userId, externalUserId, pair } = await pairedCorp();
    const edit = corp.contactEvent('edit_external_contact', userId, externalUserId);
    corp.events.editTags({ ...pair, addPersonalTags: ['周末联系', '怕吵'] });
    corp.events.editRemark({ ...pair, remark: '海风', remarkMobiles: ['+86 138 0000 1234', '13900005678'] });
    await corp.deliver(contactChanged, edit);
    await expectEqual(corp);
    const phones = () =>
      corp.sql('SELECT number_masked AS m FROM customers.relation_phones WHERE corp_id = $1 ORDER BY 1', [
        corp.id,
      ]);
    expect(await phones()).toEqual([{ m: '138****1234' }, { m: '139****5678' }]);
    corp.events.editTags({ ...pair, removePersonalTags: ['怕吵'] });
    corp.events.editRemark({ ...pair, remarkMobiles: ['13900005678'] });
    await corp.deliver(contactChanged, edit);
    await expectEqual(corp);
    expect(await phones()).toEqual([{ m: '139****5678' }]);
  });

  it('keeps numbers sealed, and the same row while the number stays', async () => {
    const { corp, userId, externalUserId, pair } = await pairedCorp();
    const edit = corp.contactEvent('edit_external_contact', userId, externalUserId);
    corp.events.editRemark({ ...pair, remarkMobiles: ['13800001234'] });
    await corp.deliver(contactChanged, edit);
    const rows = () =>
      corp.sql<{ row: string }>('SELECT p::text AS row FROM customers.relation_phones p WHERE corp_id = $1', [
        corp.id,
      ]);
    const before = await rows();
    expect(before).toHaveLength(1);
    expect(before[0]?.row).not.toContain('00001234');
    await corp.deliver(contactChanged, edit);
    expect(await rows()).toEqual(before);
  });

  it.each([
    ['staff', 'byStaff', 'byStaffAt'],
    ['customer', 'byCustomer', 'byCustomerAt'],
  ] as const)(
    'a deletion by the %s is recorded with its time, whatever comes twice',
    async (by, act, field) => {
      const { corp, ends, [act]: end } = await pairedCorp();
      corp.tick();
      const event = end();
      await corp.deliver(contactChanged, event);
      expect(await ends()).toEqual({ ...ACTIVE, [field]: event.happenedAt });
      await corp.deliver(contactChanged, event);
      await corp.sync();
      expect(await ends()).toEqual({ ...ACTIVE, [field]: event.happenedAt });
      const ended = (await corp.published()).filter(({ name }) => name === 'customers.relation_ended');
      expect(ended.map(({ payload }) => payload.endedBy)).toEqual([by]);
    },
  );

  it('keeps both directions apart when both delete', async () => {
    const { corp, userId, externalUserId, ends, byCustomer } = await pairedCorp();
    corp.tick();
    const first = byCustomer();
    await corp.deliver(contactChanged, first);
    corp.tick();
    const second = corp.contactEvent('del_external_contact', userId, externalUserId);
    await corp.deliver(contactChanged, second);
    expect(await ends()).toEqual({
      byStaffAt: second.happenedAt,
      byCustomerAt: first.happenedAt,
      disappeared: false,
    });
  });

  it('a later addition reopens the relation, and a deletion that arrives after it changes nothing', async () => {
    for (const act of ['byStaff', 'byCustomer'] as const) {
      const { corp, ends, add, [act]: end } = await pairedCorp();
      corp.tick();
      const deletion = end();
      corp.tick();
      const addition = add();
      await corp.deliver(contactChanged, addition);
      expect(await ends()).toEqual(ACTIVE);
      await corp.deliver(contactChanged, deletion);
      expect(await ends()).toEqual(ACTIVE);
      await expectEqual(corp);
    }
  });

  it('an addition reopens what the customer ended also when WeCom keeps the old creation time', async () => {
    const { corp, userId, externalUserId, ends } = await pairedCorp();
    corp.tick();
    const left = corp.contactEvent('del_follow_user', userId, externalUserId);
    await corp.deliver(contactChanged, left);
    await corp.sync(); // still listed (unconfirmed whether WeCom does that): says nothing of the customer's side
    expect(await ends()).toEqual({ ...ACTIVE, byCustomerAt: left.happenedAt });
    corp.tick();
    await corp.deliver(contactChanged, corp.contactEvent('add_external_contact', userId, externalUserId));
    expect(await ends()).toEqual(ACTIVE);
    await corp.deliver(contactChanged, left);
    expect(await ends()).toEqual(ACTIVE);
  });

  it('a deletion of an unknown customer leaves a stub, and the addition before it comes too late', async () => {
    const { corp, userId, externalUserId, ends, byStaff } = await pairedCorp({ synced: false });
    const addition = corp.contactEvent('add_external_contact', userId, externalUserId);
    corp.tick();
    const deletion = byStaff();
    await corp.deliver(contactChanged, deletion);
    expect(await ends()).toEqual({ ...ACTIVE, byStaffAt: deletion.happenedAt });
    await corp.deliver(contactChanged, addition);
    expect(await ends()).toEqual({ ...ACTIVE, byStaffAt: deletion.happenedAt });
  });

  it('a full answer ends relations it no longer lists, until an event says who ended them', async () => {
    const { corp, userId, otherUserId, externalUserId, pair, ends, byCustomer } = await pairedCorp();
    corp.events.addCustomer({ ...pair, userId: otherUserId });
    corp.tick();
    const lost = byCustomer();
    await corp.deliver(
      contactChanged,
      corp.contactEvent('edit_external_contact', otherUserId, externalUserId),
    );
    expect(await ends()).toEqual({ ...ACTIVE, disappeared: true });
    await expectEqual(corp);
    await corp.deliver(contactChanged, lost);
    expect(await ends()).toEqual({ ...ACTIVE, byCustomerAt: lost.happenedAt });
    expect(userId).not.toBe(otherUserId);
  });

  it('ends nothing of staff whom the app may not see any more', async () => {
    const { corp, userId, otherUserId, externalUserId, pair, ends } = await pairedCorp();
    corp.events.addCustomer({ ...pair, userId: otherUserId });
    const { control } = world.sandbox;
    control.changeApp({ corpId: corp.wecomCorpId, visibleUserIds: [otherUserId], visibleDepartmentIds: [] });
    await corp.deliver(
      contactChanged,
      corp.contactEvent('edit_external_contact', otherUserId, externalUserId),
    );
    expect(await ends()).toEqual(ACTIVE);
    control.changeApp({ corpId: corp.wecomCorpId, visibleUserIds: [], visibleDepartmentIds: [] });
    await corp.deliver(contactChanged, corp.contactEvent('edit_external_contact', userId, externalUserId));
    expect(await ends()).toEqual(ACTIVE);
  });

  it('ends nothing of staff whose data WeCom withheld from the last pass', async () => {
    const { corp, userId, otherUserId, externalUserId, pair, byStaff, ends } = await pairedCorp();
    corp.events.addCustomer({ ...pair, userId: otherUserId });
    await corp.unit.run(corp.id, () => world.http.get(StaffReadStore).record([userId], 48011));
    byStaff();
    await corp.deliver(
      contactChanged,
      corp.contactEvent('edit_external_contact', otherUserId, externalUserId),
    );
    expect(await ends()).toEqual(ACTIVE);
  });

  it('dates a read from before the call, so that it never overwrites a newer one', async () => {
    const { corp, userId, externalUserId } = await pairedCorp({ synced: false });
    const getContact = corp.contacts.getContact.bind(corp.contacts);
    let asked: string | undefined;
    const spy = jest.spyOn(corp.contacts, 'getContact').mockImplementation(async (...call) => {
      const [now] = await corp.sql<{ at: string }>('SELECT clock_timestamp()::text AS at');
      asked = now?.at;
      return getContact(...call);
    });
    await corp.deliver(contactChanged, corp.contactEvent('add_external_contact', userId, externalUserId));
    spy.mockRestore();
    expect(
      await corp.sql(
        'SELECT fetched_at < $2::timestamptz AS before FROM customers.follow_relations WHERE corp_id = $1',
        [corp.id, asked],
      ),
    ).toEqual([{ before: true }]);
  });

  it('ends only the relation of the event when nobody follows the customer any more', async () => {
    const { corp, userId, otherUserId, externalUserId, pair, ends, byStaff } = await pairedCorp();
    corp.events.addCustomer({ ...pair, userId: otherUserId });
    await corp.sync();
    byStaff();
    corp.events.staffDeletesCustomer({ ...pair, userId: otherUserId });
    await corp.deliver(
      contactChanged,
      corp.contactEvent('edit_external_contact', otherUserId, externalUserId),
    );
    expect(await heldEnds(corp, otherUserId, externalUserId)).toEqual({ ...ACTIVE, disappeared: true });
    expect(await ends()).toEqual(ACTIVE);
    expect(userId).not.toBe(otherUserId);
  });

  it('keeps what we have while WeCom withholds the data of inactive staff', async () => {
    const { corp, userId, externalUserId, ends } = await pairedCorp();
    world.sandbox.control.failNext({ path: '/cgi-bin/externalcontact/get', errcode: 48011 });
    await corp.deliver(contactChanged, corp.contactEvent('edit_external_contact', userId, externalUserId));
    expect(await ends()).toEqual(ACTIVE);
  });

  it('brings all followers of a customer whom WeCom shows in two pages', async () => {
    const corp = await world.corp({ staff: 520, customers: 0 });
    const [first = '', ...others] = await corp.followUsers();
    const target = { corpId: corp.wecomCorpId, silent: true };
    const { externalUserId } = corp.events.addCustomer({
      ...target,
      userId: first,
      name: '🦄𠮷\u0000\ud800海',
    });
    for (const userId of others) corp.events.addCustomer({ ...target, userId, externalUserId });
    expect(others.length).toBeGreaterThan(500);
    await corp.deliver(contactChanged, corp.contactEvent('add_external_contact', first, externalUserId));
    expect((await heldRelations(corp)).size).toBe(others.length + 1);
    expect(await corp.sql('SELECT name FROM customers.customers WHERE corp_id = $1', [corp.id])).toEqual([
      { name: '🦄𠮷海' },
    ]);
  });

  it.each(['transfer_fail', 'msg_audit_approved'] as const)('%s only looks again', async (type) => {
    const { corp, userId, externalUserId, pair } = await pairedCorp();
    corp.events.editRemark({ ...pair, remark: '看一眼' });
    await corp.deliver(contactChanged, corp.contactEvent(type, userId, externalUserId));
    expect([...(await heldRelations(corp)).values()]).toMatchObject([{ remark: '看一眼' }]);
  });

  it('an older read does not reopen what a later event ended', async () => {
    const { corp, userId, externalUserId, byStaff, ends } = await pairedCorp();
    const storeOlder = await corp.loadContactEvent(
      corp.contactEvent('edit_external_contact', userId, externalUserId),
    );
    corp.tick();
    const deletion = byStaff();
    await corp.deliver(contactChanged, deletion);
    await storeOlder();
    expect(await ends()).toEqual({ ...ACTIVE, byStaffAt: deletion.happenedAt });
  });

  it('an addition ends the deletion before it, also when its older read is stored after the next deletion', async () => {
    const { corp, add, byStaff, byCustomer, ends } = await pairedCorp();
    corp.tick();
    await corp.deliver(contactChanged, byCustomer());
    corp.tick();
    const storeAddition = await corp.loadContactEvent(add());
    corp.tick();
    const deletion = byStaff();
    await corp.deliver(contactChanged, deletion);
    await storeAddition();
    expect(await ends()).toEqual({ ...ACTIVE, byStaffAt: deletion.happenedAt });
  });
});

describe('events about staff, tags and the corp', () => {
  const renamed = (corp: TestCorp, userId: string, newUserId: string) => {
    corp.events.renameStaffUserId({ corpId: corp.wecomCorpId, userId, newUserId, silent: true });
    return { changeType: 'update_user' as const, userId, newUserId, happenedAt: corp.happenedAt };
  };

  it('a new userid keeps the relation and its personal tags', async () => {
    const { corp, userId, externalUserId, pair } = await pairedCorp();
    corp.events.editTags({ ...pair, addPersonalTags: ['周末联系'] });
    await corp.deliver(contactChanged, corp.contactEvent('edit_external_contact', userId, externalUserId));
    const event = renamed(corp, userId, 'new.name');
    await corp.deliver(directoryChanged, event);
    await corp.deliver(directoryChanged, event);
    await expectEqual(corp);
    expect(await heldEnds(corp, userId, externalUserId)).toBeUndefined();
  });

  it('a new userid that a sync has met first leaves one relation', async () => {
    const { corp, userId, externalUserId } = await pairedCorp();
    const event = renamed(corp, userId, 'new.name');
    await corp.sync();
    expect(await heldEnds(corp, userId, externalUserId)).toEqual(ACTIVE); // an unlisted staff: nothing of theirs is marked
    await corp.deliver(directoryChanged, event);
    await expectEqual(corp);
  });

  it('a rename that comes when the old userid serves customers again changes nothing', async () => {
    const { corp, userId, otherUserId, externalUserId, ends } = await pairedCorp();
    const happenedAt = corp.happenedAt;
    await corp.deliver(directoryChanged, {
      changeType: 'update_user',
      userId,
      newUserId: otherUserId,
      happenedAt,
    });
    expect(await ends()).toEqual(ACTIVE);
    expect(await heldEnds(corp, otherUserId, externalUserId)).toBeUndefined();
  });

  /** A customer with both tags of a group, which module segments knows. */
  async function taggedCorp() {
    const { corp, pair, userId, externalUserId } = await pairedCorp();
    const group = { corpId: corp.wecomCorpId, silent: true, name: '意向', tags: ['高', '低'] };
    const { groupId, tagIds } = corp.events.createTagGroup(group);
    corp.events.editTags({ ...pair, addTagIds: tagIds });
    await corp.deliver(contactChanged, corp.contactEvent('edit_external_contact', userId, externalUserId));
    const told = (await corp.published()).filter(({ name }) => name === 'customers.corp_tags_changed');
    const changes = told.flatMap(
      ({ payload }) => payload['changes'] as { wecomTagId: string; isPut: boolean }[],
    );
    expect(changes.map(({ wecomTagId }) => wecomTagId).sort()).toEqual([...tagIds].sort());
    expect(changes.every(({ isPut }) => isPut)).toBe(true);
    await followTags(corp, 'create', 'tag_group', groupId);
    const carried = async () =>
      (
        await corp.sql<{ tag: string }>('SELECT tag FROM customers.relation_tags WHERE corp_id = $1', [
          corp.id,
        ])
      )
        .map(({ tag }) => tag)
        .sort();
    expect(await carried()).toEqual([...tagIds].sort());
    return { corp, groupId, tagIds, carried };
  }

  /** What module segments does with WeCom's event, and module customers with what segments then says. */
  async function followTags(
    corp: TestCorp,
    changeType: 'create' | 'update' | 'delete',
    tagType: 'tag' | 'tag_group',
    id: string,
  ): Promise<void> {
    const happened = { changeType, tagType, id, happenedAt: corp.happenedAt };
    await (
      await corp.load('segments.follow_corp_tags', corpTagChanged, happened)
    )();
    await deliverDeleted(corp);
  }

  async function deliverDeleted(corp: TestCorp): Promise<void> {
    for (const { name, payload } of await corp.published()) {
      if (name !== corpTagsDeleted.name) continue;
      await corp.deliver(corpTagsDeleted, payload as unknown as CorpTagsDeleted);
    }
  }

  it('a deleted corp tag leaves the relations that carried it', async () => {
    const { corp, tagIds, carried } = await taggedCorp();
    const [high = '', low = ''] = tagIds;
    corp.events.deleteTag({ corpId: corp.wecomCorpId, silent: true, tagId: high });
    await followTags(corp, 'delete', 'tag', high);
    expect(await carried()).toEqual([low]);
    await followTags(corp, 'update', 'tag', low);
    expect(await carried()).toEqual([low]);
    const past = await corp.sql<{ removed: { tag: string; name?: string }[] }>(
      `SELECT removed FROM customers.relation_history WHERE corp_id = $1 AND kind = 'tags' AND removed <> '[]'`,
      [corp.id],
    );
    expect(past.map(({ removed }) => removed)).toEqual([[{ kind: 'corp', tag: high, name: '高' }]]);
  });

  it('a deleted tag group takes its tags from the relations, though WeCom names none of them', async () => {
    const { corp, groupId, carried } = await taggedCorp();
    corp.events.deleteTagGroup({ corpId: corp.wecomCorpId, silent: true, groupId });
    await followTags(corp, 'delete', 'tag_group', groupId);
    expect(await carried()).toEqual([]);
  });

  it('a tag group that a sync misses leaves the relations too', async () => {
    const { corp, groupId, carried } = await taggedCorp();
    corp.events.deleteTagGroup({ corpId: corp.wecomCorpId, silent: true, groupId });
    const operation = await corp.startSync(CORP_TAGS_SYNC);
    await corp.workSync(CORP_TAGS_SYNC);
    expect(await corp.operation(operation)).toMatchObject({ state: 'succeeded', result: { ended: 3 } });
    await deliverDeleted(corp);
    expect(await carried()).toEqual([]);
  });

  it('a connected corp is synchronised, once', async () => {
    const { corp } = await pairedCorp({ synced: false });
    await corp.deliver(corpConnected, {});
    await corp.deliver(corpConnected, {});
    await corp.workSync();
    expect(await heldRelations(corp)).toEqual(await worldRelations(corp, false));
  });
});
