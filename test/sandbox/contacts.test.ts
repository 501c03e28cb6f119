import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, SandboxClient, type Answer } from './sandbox-client.js';

let sandbox: Sandbox;
let client: SandboxClient;
let userIds: string[];

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'contacts', size: { customers: 260 } });
  client = new SandboxClient(sandbox);
  userIds = (await client.get('externalcontact/get_follow_user_list'))['follow_user'];
});
afterEach(closeAll);

const batch = (body: object) => client.post('externalcontact/batch/get_by_user', body);

async function walk(body: object): Promise<{ pages: number; items: any[] }> {
  const items: any[] = [];
  let pages = 0;
  for (let cursor = '', more = true; more; more = cursor !== '') {
    const page: Answer = await batch({ ...body, cursor });
    expect(page.errcode).toBe(0);
    items.push(...page['external_contact_list']);
    cursor = page['next_cursor'];
    pages += 1;
  }
  return { pages, items };
}

describe('batch/get_by_user (page 92994)', () => {
  it('walks all relations once, whatever the page', async () => {
    const total = sandbox.control.world().corps[0]!.followRelations;
    const { items, pages } = await walk({ userid_list: userIds, limit: 100 });
    const pairs = items.map((item) => `${item.follow_info.userid} ${item.external_contact.external_userid}`);
    expect(new Set(pairs).size).toBe(total);
    expect(pairs).toHaveLength(total);
    expect(pages).toBe(Math.ceil(total / 100));
  });

  it('takes 50 by default and 100 for anything larger', async () => {
    expect((await batch({ userid_list: userIds }))['external_contact_list']).toHaveLength(50);
    expect((await batch({ userid_list: userIds, limit: 1000 }))['external_contact_list']).toHaveLength(100);
  });

  it('leaves personal tags out and keeps the walk whole while customers come', async () => {
    const userId = userIds[0]!;
    const { externalUserId } = sandbox.control.events.addCustomer({ userId });
    sandbox.control.events.editTags({ userId, externalUserId, addPersonalTags: ['周末'] });
    const first = await batch({ userid_list: [userId], limit: 5 });
    sandbox.control.events.addCustomer({ userId });
    const seen = first['external_contact_list'].length;
    let rest: any[] = [];
    for (let cursor = first['next_cursor']; cursor !== '';) {
      const page = await batch({ userid_list: [userId], limit: 5, cursor });
      rest = [...rest, ...page['external_contact_list']];
      cursor = page['next_cursor'];
    }
    const count = sandbox.control.world().corps[0]!.staff.find((staff) => staff.userId === userId)!.customers;
    expect(seen + rest.length).toBe(count);
    const item = rest.find((entry) => entry.external_contact.external_userid === externalUserId);
    expect(item.follow_info).toMatchObject({ tag_id: [], userid: userId });
    expect(item).not.toHaveProperty('follow_user');
  });

  it('refuses foreign, broken and ended cursors with 50100', async () => {
    const page = await batch({ userid_list: userIds, limit: 5 });
    const cursor = page['next_cursor'];
    expect((await batch({ userid_list: userIds.slice(1), limit: 5, cursor })).errcode).toBe(50100);
    expect((await batch({ userid_list: userIds, limit: 5, cursor: `${cursor}x` })).errcode).toBe(50100);
    expect((await batch({ userid_list: userIds, limit: 5, cursor })).errcode).toBe(0);
    sandbox.control.invalidateCursors();
    expect((await batch({ userid_list: userIds, limit: 5, cursor })).errcode).toBe(50100);
  });

  it('names members without licence, and refuses when nobody has one', async () => {
    sandbox.control.setSwitches({ unlicensedUserIds: [userIds[0]!] });
    const answer = await batch({ userid_list: userIds.slice(0, 2), limit: 100 });
    expect(answer['fail_info']).toEqual({ unlicensed_userid_list: [userIds[0]] });
    expect((await batch({ userid_list: [userIds[0]] })).errcode).toBe(701008);
  });

  it('answers 48011 for members of low activity, 40003 and 60021 for unknown and unseen ones', async () => {
    sandbox.control.setSwitches({ inactiveUserIds: [userIds[0]!] });
    expect((await batch({ userid_list: userIds.slice(0, 2) })).errcode).toBe(48011);
    expect((await batch({ userid_list: userIds.slice(1, 2) })).errcode).toBe(0);
    expect((await client.get('externalcontact/list', { userid: userIds[0]! })).errcode).toBe(48011);
    expect((await batch({ userid_list: ['nobody'] })).errcode).toBe(40003);
    sandbox.control.changeApp({ visibleDepartmentIds: [9] });
    expect((await batch({ userid_list: [userIds[0]] })).errcode).toBe(60021);
  });
});

describe('externalcontact/list and get (pages 92113, 92114)', () => {
  it('answers 84061 for a member without customers or without the permission', async () => {
    const { userId } = sandbox.control.events.createStaff({ departmentIds: [4] });
    expect(await client.get('externalcontact/list', { userid: userId })).toMatchObject({
      errcode: 84061,
      external_userid: [],
    });
    sandbox.control.events.addCustomer({ userId });
    expect((await client.get('externalcontact/list', { userid: userId }))['external_userid']).toHaveLength(1);
  });

  it('shows every kind of tag with the relation', async () => {
    const { control } = sandbox;
    const [userId, second] = userIds as [string, string];
    const { externalUserId } = control.events.addCustomer({ userId, state: 'expo', name: '海风' });
    control.events.addCustomer({ userId: second, externalUserId });
    const group = control.world().corps[0]!.tagGroups[0]!;
    const strategy = control.events.createTag({ groupId: group.groupId, name: '规则', strategyId: 5 });
    control.events.editTags({
      userId,
      externalUserId,
      addTagIds: [group.tags[0]!.tagId, strategy.tagId],
      addPersonalTags: ['周末'],
    });
    control.events.editRemark({ userId, externalUserId, remark: '海风', remarkMobiles: ['13800000001'] });
    const answer = await client.get('externalcontact/get', { external_userid: externalUserId });
    expect(answer['external_contact']).toMatchObject({
      external_userid: externalUserId,
      name: '海风',
      type: 1,
    });
    expect(answer['follow_user'].map((item: any) => item.userid)).toEqual([userId, second]);
    expect(answer['follow_user'][0]).toMatchObject({
      state: 'expo',
      remark: '海风',
      remark_mobiles: ['13800000001'],
      oper_userid: externalUserId,
    });
    expect(answer['follow_user'][0].tags.map((tag: any) => [tag.type, 'tag_id' in tag])).toEqual([
      [1, true],
      [3, true],
      [2, false],
    ]);
    expect(answer).not.toHaveProperty('next_cursor');
  });

  it('answers 40096 when nobody in range follows, 48011 when only inactive members do', async () => {
    const { control } = sandbox;
    const { externalUserId } = control.events.addCustomer({ userId: userIds[0]! });
    const get = async () =>
      (await client.get('externalcontact/get', { external_userid: externalUserId })).errcode;
    expect(await get()).toBe(0);
    control.setSwitches({ inactiveUserIds: [userIds[0]!] });
    expect(await get()).toBe(48011);
    control.changeApp({ visibleDepartmentIds: [9] });
    expect(await get()).toBe(40096);
    expect((await client.get('externalcontact/get', { external_userid: 'wmNobody' })).errcode).toBe(40096);
  });

  it('pages more than 500 followers', async () => {
    const big = await openSandbox({ seed: 'big', size: { staff: 503, customers: 1 } });
    const other = new SandboxClient(big);
    const followers: string[] = (await other.get('externalcontact/get_follow_user_list'))['follow_user'];
    const { externalUserId } = big.control.events.addCustomer({ userId: followers[0]! });
    for (const userId of followers.slice(1, 500)) big.control.events.addCustomer({ userId, externalUserId });
    const exact = await other.get('externalcontact/get', { external_userid: externalUserId });
    expect(exact['follow_user']).toHaveLength(500);
    expect(exact).not.toHaveProperty('next_cursor');
    big.control.events.addCustomer({ userId: followers[500]!, externalUserId });
    const first = await other.get('externalcontact/get', { external_userid: externalUserId });
    const second = await other.get('externalcontact/get', {
      external_userid: externalUserId,
      cursor: first['next_cursor'],
    });
    expect(first['follow_user']).toHaveLength(500);
    expect(second['follow_user'].map((item: any) => item.userid)).toEqual([followers[500]]);
  });
});

describe('externalcontact/remark (page 92115)', () => {
  it('writes, clears mobiles in both ways and makes no callback', async () => {
    const userid = userIds[0]!;
    const external_userid = sandbox.control.events.addCustomer({ userId: userid }).externalUserId;
    const read = async () =>
      (await client.get('externalcontact/get', { external_userid }))['follow_user'][0].remark_mobiles;
    const write = (change: object) =>
      client.post('externalcontact/remark', { userid, external_userid, ...change });
    for (const clear of [[''], '']) {
      await write({ remark_mobiles: ['13800000001', '13800000002'] });
      expect(await read()).toEqual(['13800000001', '13800000002']);
      expect((await write({ remark_mobiles: clear })).errcode).toBe(0);
      expect(await read()).toEqual([]);
    }
    expect((await write({ remark: '' })).errcode).toBe(0);
    expect((await write({ external_userid: 'wmNobody', remark: 'x' })).errcode).toBe(40096);
    expect((await write({ userid: userIds[1], remark: 'x' })).errcode).toBe(84061);
    expect(sandbox.control.deliveries()).toEqual([]);
  });
});
