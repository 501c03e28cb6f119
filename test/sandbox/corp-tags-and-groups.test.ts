import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

let nowMs = Date.parse('2026-03-02T08:00:00Z');
let sandbox: Sandbox;
let client: SandboxClient;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'tags', size: { customers: 40 }, clock: () => nowMs });
  client = new SandboxClient(sandbox);
});
afterEach(closeAll);

const post = (path: string, body: object) => client.post(`externalcontact/${path}`, body);
const world = () => sandbox.control.world().corps[0]!;

describe('corp tags (pages 92117, 92118)', () => {
  it('lists the library, or what is asked for with its deleted marks', async () => {
    const all = await post('get_corp_tag_list', {});
    expect(all['tag_group'].map((group: any) => group.tag.length)).toEqual([3, 4, 4]);
    expect(all['tag_group'][0]).not.toHaveProperty('deleted');
    const [group, other] = world().tagGroups as [any, any];
    sandbox.control.events.deleteTag({ tagId: group.tags[1].tagId });
    const byGroup = await post('get_corp_tag_list', {
      group_id: [group.groupId],
      tag_id: [other.tags[0].tagId],
    });
    // tag_id is ignored when both are given.
    expect(byGroup['tag_group']).toHaveLength(1);
    expect(byGroup['tag_group'][0].tag.map((tag: any) => tag.deleted)).toEqual([false, true, false]);
    const byTag = await post('get_corp_tag_list', { tag_id: [other.tags[0].tagId] });
    expect(byTag['tag_group'][0].tag).toHaveLength(1);
    expect((await post('get_corp_tag_list', { tag_id: ['etNobody'] })).errcode).toBe(40068);
    expect((await post('get_corp_tag_list', {}))['tag_group'][0].tag).toHaveLength(2);
  });

  it('adds into new and existing groups; repeats collapse, existing names are 40071', async () => {
    const made = await post('add_corp_tag', {
      group_name: '渠道',
      order: 7,
      tag: [{ name: '甲', order: 2 }, { name: '甲' }],
    });
    expect(made['tag_group']).toMatchObject({
      group_name: '渠道',
      order: 7,
      tag: [{ name: '甲', order: 2 }],
    });
    const again = await post('add_corp_tag', { group_name: '渠道', tag: [{ name: '乙' }] });
    expect(again['tag_group'].group_id).toBe(made['tag_group'].group_id);
    expect(
      (await post('add_corp_tag', { group_id: made['tag_group'].group_id, tag: [{ name: '乙' }] })).errcode,
    ).toBe(40071);
    expect((await post('add_corp_tag', { group_id: 'etNobody', tag: [{ name: '丙' }] })).errcode).toBe(40068);
  });

  it('stops at 10000 tags per corp', async () => {
    const add = (from: number, count: number) => ({
      group_name: '许多',
      tag: Array.from({ length: count }, (_, index) => ({ name: `标签${from + index}` })),
    });
    for (let thousand = 0; thousand < 9; thousand += 1)
      await post('add_corp_tag', add(thousand * 1000, 1000));
    // 11 tags came with the world.
    expect((await post('add_corp_tag', add(9000, 990))).errcode).toBe(40126);
    expect((await post('add_corp_tag', add(9000, 989))).errcode).toBe(0);
  });

  it('lets an app change and delete only what it made', async () => {
    const [console_, , own] = world().tagGroups as [any, any, any];
    expect((await post('edit_corp_tag', { id: console_.tags[0].tagId, name: '新' })).errcode).toBe(301002);
    expect((await post('del_corp_tag', { group_id: [console_.groupId] })).errcode).toBe(301002);
    expect((await post('edit_corp_tag', { id: own.tags[0].tagId, name: own.tags[1].name })).errcode).toBe(
      40071,
    );
    expect((await post('edit_corp_tag', { id: own.groupId, name: console_.name })).errcode).toBe(40071);
    expect((await post('edit_corp_tag', { id: own.tags[0].tagId, name: '地推', order: 9 })).errcode).toBe(0);
    const ids = own.tags.map((tag: any) => tag.tagId);
    expect((await post('del_corp_tag', { tag_id: ids })).errcode).toBe(0);
    // The last tag takes its group along.
    expect(world().tagGroups.map((group) => group.groupId)).not.toContain(own.groupId);
    expect((await post('edit_corp_tag', { id: own.groupId, name: '新' })).errcode).toBe(40068);
  });

  it('marks pairs, one call at a time', async () => {
    const userid = world().staff.find((staff) => staff.customers > 0)!.userId;
    const external_userid = sandbox.control.events.addCustomer({ userId: userid }).externalUserId;
    const [first, second] = world().tagGroups[0]!.tags as [any, any];
    const mark = (body: object) => post('mark_tag', { userid, external_userid, ...body });
    const read = async () => {
      const answer = await client.get('externalcontact/get', { external_userid });
      return answer['follow_user'][0].tags.map((tag: any) => tag.tag_id);
    };
    expect((await mark({ add_tag: [first.tagId, second.tagId] })).errcode).toBe(0);
    expect(await read()).toEqual([first.tagId, second.tagId]);
    expect((await mark({ remove_tag: [first.tagId] })).errcode).toBe(0);
    expect(await read()).toEqual([second.tagId]);
    expect((await mark({ add_tag: ['etNobody'] })).errcode).toBe(40068);
    sandbox.control.setSwitches({ latencyMs: 50 });
    const codes = await Promise.all([mark({ add_tag: [first.tagId] }), mark({ remove_tag: [second.tagId] })]);
    expect(codes.map((answer) => answer.errcode).sort()).toEqual([0, 45035]);
    sandbox.control.setSwitches({ latencyMs: 0 });
    sandbox.control.events.deleteTagGroup({ groupId: world().tagGroups[0]!.groupId });
    expect(await read()).toEqual([]);
    expect((await mark({ add_tag: [first.tagId] })).errcode).toBe(40068);
  });
});

describe('customer groups (pages 92120, 92122)', () => {
  it('pages, filters by owner and state, and hides owners out of range', async () => {
    const list = (body: object) => post('groupchat/list', { limit: 100, ...body });
    const all: string[] = (await list({}))['group_chat_list'].map((chat: any) => chat.chat_id);
    expect(all).toHaveLength(5);
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first['next_cursor'] });
    const third = await list({ limit: 2, cursor: second['next_cursor'] });
    expect(
      [first, second, third].flatMap((page) => page['group_chat_list'].map((chat: any) => chat.chat_id)),
    ).toEqual(all);
    expect(third['next_cursor']).toBe('');
    expect((await list({ limit: 3, cursor: first['next_cursor'], status_filter: 1 })).errcode).toBe(50100);

    const owner = world().groupChats[0]!.ownerUserId;
    const mine = await list({ owner_filter: { userid_list: [owner] } });
    expect(mine['group_chat_list']).toEqual([{ chat_id: all[0], status: 0 }]);
    sandbox.control.events.deleteStaff({ userId: owner });
    expect((await list({}))['group_chat_list']).toHaveLength(4);
    const left = await list({ owner_filter: { userid_list: [owner] }, status_filter: 1 });
    expect(left['group_chat_list']).toEqual([{ chat_id: all[0], status: 1 }]);
    expect((await list({ owner_filter: { userid_list: ['nobody'] } })).errcode).toBe(40003);
    sandbox.control.changeApp({ visibleDepartmentIds: [9] });
    expect((await list({}))['group_chat_list'].length).toBeLessThan(4);
  });

  it('asks for an owner filter above 1000 members in range', async () => {
    const staff = world().staff.length;
    sandbox.control.setSwitches({ groupListStaffMax: staff });
    expect((await post('groupchat/list', { limit: 1 })).errcode).toBe(0);
    sandbox.control.setSwitches({ groupListStaffMax: staff - 1 });
    expect(await post('groupchat/list', { limit: 1 })).toMatchObject({ errcode: 81017, group_chat_list: [] });
    const userid_list = [world().groupChats[0]!.ownerUserId];
    expect((await post('groupchat/list', { limit: 1, owner_filter: { userid_list } })).errcode).toBe(0);
  });

  it('shows names on request, a change only 2 s later, and the member version of the event', async () => {
    const { chatId, members } = world().groupChats[0]!;
    const get = async (more = {}) =>
      (await post('groupchat/get', { chat_id: chatId, ...more }))['group_chat'];
    const before = await get();
    expect(before.member_list).toHaveLength(members);
    expect(before.member_list[0]).not.toHaveProperty('name');
    expect((await get({ need_name: 1 })).member_list[0].name).not.toBe('');
    sandbox.control.events.addGroupMember({
      chatId,
      externalUserIds: ['wmStranger1'],
      joinScene: 3,
      state: 'qr',
    });
    sandbox.control.events.renameGroup({ chatId, name: '新群名' });
    nowMs += 1999;
    expect(await get()).toEqual(before);
    nowMs += 1;
    const after = await get();
    expect(after).toMatchObject({ name: '新群名' });
    expect(after.member_list.at(-1)).toMatchObject({
      userid: 'wmStranger1',
      type: 2,
      join_scene: 3,
      state: 'qr',
    });
    expect(after.member_version).not.toBe(before.member_version);
  });

  it('hides a new group for 2 s and says what became of others', async () => {
    const owner = world().groupChats[0]!.ownerUserId;
    const { chatId } = sandbox.control.events.createGroup({ ownerUserId: owner, name: '新群' });
    const get = async (chat_id: string) => (await post('groupchat/get', { chat_id })).errcode;
    expect(await get(chatId)).toBe(40050);
    nowMs += 2000;
    expect(await get(chatId)).toBe(0);
    sandbox.control.events.dismissGroup({ chatId });
    expect(await get(chatId)).toBe(0);
    nowMs += 2000;
    expect(await get(chatId)).toBe(49008);
    const internal = sandbox.control.events.createGroup({ ownerUserId: owner, internal: true }).chatId;
    nowMs += 2000;
    expect(await get(internal)).toBe(90501);
  });
});
