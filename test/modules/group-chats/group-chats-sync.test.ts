import { GroupChatsModule } from '../../../src/modules/group-chats/index.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { ContactErasures } from '../../../src/wecom/index.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { storedChats, worldChats } from './group-chat-states.js';

const KIND = 'group-chats.sync';
const LIST = '/cgi-bin/externalcontact/groupchat/list';
const GET = '/cgi-bin/externalcontact/groupchat/get';
let world: MirrorWorld;

beforeEach(async () => {
  world = await startMirrorWorld({
    modules: [GroupChatsModule],
    seed: 'groups',
    size: { staff: 12, customers: 60, groupChats: 12 },
  });
});
afterEach(async () => world.close());

const corp = () => {
  const [first] = world.sandbox.control.world().corps;
  if (!first) throw new Error('no corp');
  return first;
};
const dismissSilently = (count: number) => {
  for (const { chatId } of corp().groupChats.slice(0, count))
    world.sandbox.control.events.dismissGroup({ chatId, silent: true });
};
/** What WeCom's detail shows is about 2 s old. */
const settle = () => (world.clock.seconds += 10);

const externalMembers = async (chatId: string | undefined) =>
  (
    await world.query<{ id: string }>(
      `SELECT m.member_id AS id FROM group_chats.group_chat_members m
         JOIN group_chats.group_chats g ON g.corp_id = m.corp_id AND g.id = m.group_chat_id
        WHERE g.chat_id = $1 AND m.kind = 'external' ORDER BY 1`,
      [chatId],
    )
  ).map(({ id }) => id);
const allMembers = () =>
  world.query<{
    memberId: string;
    name: string | null;
    nickname: string | null;
    unionId: string | null;
    joinedAt: Date;
    leftAt: Date | null;
  }>(
    `SELECT group_chat_id, member_id AS "memberId", kind, name, group_nickname AS nickname, union_id AS "unionId",
            joined_at AS "joinedAt", left_at AS "leftAt" FROM group_chats.group_chat_members ORDER BY 1, 2`,
  );

describe('group-chats.sync', () => {
  it('brings the groups with their members, and finds nothing new the second time', async () => {
    const first = await world.sync(KIND);
    expect(first).toMatchObject({ state: 'succeeded', result: { inserted: 12 } });
    expect(await storedChats(world)).toEqual(await worldChats(world));
    const before = world.calls(GET);
    expect((await world.sync(KIND)).result).toEqual({ inserted: 0, changed: 0, ended: 0 });
    expect(world.calls(GET) - before).toBe(12); // no group is asked for twice in one pass
  });

  it('asks in batches of 100 owners where WeCom refuses to list all (81017)', async () => {
    await world.close();
    world = await startMirrorWorld({
      modules: [GroupChatsModule],
      seed: 'many',
      size: { staff: 130, customers: 130, groupChats: 20 },
      switches: { groupListStaffMax: 100 },
    });
    expect(await world.sync(KIND)).toMatchObject({ state: 'succeeded', result: { inserted: 20 } });
    expect(world.calls(LIST)).toBe(2);
  });

  it.each([
    ['one owner of a batch has left meanwhile', LIST, 60111],
    ['one owner is not active enough', LIST, 48011],
    ['one group is withheld for its owner', GET, 48011],
  ])('goes on when %s', async (_, path, errcode) => {
    await world.sync(KIND);
    const before = await storedChats(world);
    world.sandbox.control.failNext({ path, errcode });
    expect(await world.sync(KIND)).toMatchObject({ state: 'succeeded', result: { ended: 0 } });
    expect(await storedChats(world)).toEqual(before);
  });

  it('starts a listing again whose cursor WeCom does not know any more (50100)', async () => {
    await world.close();
    world = await startMirrorWorld({
      modules: [GroupChatsModule],
      seed: 'pages',
      size: { staff: 4, customers: 10, groupChats: 1100 },
    });
    const id = await world.startSync(KIND);
    const afterFirstPage = { get aborted() { return world.calls(LIST) >= 1; } } as AbortSignal; // prettier-ignore
    await world.workSync(KIND, { signal: afterFirstPage });
    world.sandbox.control.invalidateCursors();
    for (let jobs = 0; jobs < 20 && (await world.operation(id)).state !== 'succeeded'; jobs++)
      await world.workSync(KIND);
    expect(await world.operation(id)).toMatchObject({ state: 'succeeded', result: { inserted: 1100 } });
    expect(world.calls(LIST)).toBe(4); // first page, refused cursor, both pages again
    expect(world.calls(GET)).toBe(1100);
  }, 60_000);

  it('goes on where a stopped process was and reads no group twice', async () => {
    const id = await world.startSync(KIND);
    const stopped = { get aborted() { return world.calls(GET) >= 8; } } as AbortSignal; // prettier-ignore
    await world.workSync(KIND, { signal: stopped });
    expect(world.calls(GET)).toBeLessThan(12);
    await world.workSync(KIND);
    expect(await world.operation(id)).toMatchObject({ state: 'succeeded' });
    expect([world.calls(GET), world.calls(LIST)]).toEqual([12, 1]);
  });

  it('reports what events missed, and keeps who left', async () => {
    await world.sync(KIND);
    const [one, two, three] = corp().groupChats;
    const { events } = world.sandbox.control;
    events.renameGroup({ chatId: one?.chatId ?? '', name: '新群名', silent: true });
    const members = Object.keys((await storedChats(world))[two?.chatId ?? '']?.members ?? {});
    events.removeGroupMember({ chatId: two?.chatId ?? '', memberIds: members.slice(-1), silent: true });
    events.dismissGroup({ chatId: three?.chatId ?? '', silent: true });
    events.createGroup({ ownerUserId: one?.ownerUserId ?? '', silent: true });
    settle();
    expect((await world.sync(KIND)).result).toEqual({ inserted: 1, changed: 2, ended: 1 });
    expect(await storedChats(world)).toEqual(await worldChats(world));
    const left = await world.query(
      'SELECT member_id FROM group_chats.group_chat_members WHERE left_at IS NOT NULL',
    );
    expect(left).toEqual([{ member_id: members.at(-1) }]);
  });

  it('forgets a customer who asked for it, and keeps that somebody came and left', async () => {
    await world.sync(KIND);
    const [one, two] = corp().groupChats;
    const { events } = world.sandbox.control;
    const stays = (await externalMembers(one?.chatId))[0] ?? '';
    const [left = '', other = ''] = (await externalMembers(two?.chatId)).filter((id) => id !== stays);
    events.removeGroupMember({ chatId: two?.chatId ?? '', memberIds: [left, other], silent: true });
    settle();
    await world.sync(KIND);
    const before = await allMembers();
    await world.http
      .get(UnitOfWork)
      .run(world.corpId, () => world.http.get(ContactErasures).forget([stays, left, 'wm-nobody']));
    const after = await allMembers();
    const isTheirs = ({ memberId }: { memberId: string }) => [stays, left].includes(memberId);
    expect(after.filter((row) => !isTheirs(row) && !row.memberId.startsWith('erased:'))).toEqual(
      before.filter((row) => !isTheirs(row)),
    );
    const theirs = before.filter(isTheirs);
    expect(theirs.filter(({ name }) => name !== null).length).toBeGreaterThan(0);
    const forgotten = after.filter((row) => isTheirs(row) || row.memberId.startsWith('erased:'));
    const shadow = ({ joinedAt, leftAt }: (typeof before)[number]) =>
      [joinedAt.getTime(), leftAt?.getTime()].join();
    expect(forgotten.map(shadow).sort()).toEqual(theirs.map(shadow).sort());
    expect(forgotten.map(({ memberId }) => memberId)).not.toContain(left);
    for (const row of forgotten) {
      expect(row).toMatchObject({ name: null, nickname: null, unionId: null });
      expect(row.memberId === stays).toBe(row.leftAt === null);
    }
    expect(forgotten.some(({ leftAt }) => leftAt !== null)).toBe(true);
  });

  it('ends no group whose owner only fell out of the visible range', async () => {
    await world.sync(KIND);
    const before = Object.keys(await storedChats(world));
    const [owner = ''] = corp().groupChats.map((chat) => chat.ownerUserId);
    world.sandbox.control.changeApp({ visibleDepartmentIds: [], visibleUserIds: [owner] });
    expect(await world.sync(KIND)).toMatchObject({ state: 'succeeded', result: { ended: 0 } });
    expect(Object.keys(await storedChats(world)).sort()).toEqual(before.sort());
  });

  it('asks before it ends more than a fifth', async () => {
    await world.sync(KIND);
    dismissSilently(6);
    settle();
    const asking = await world.sync(KIND);
    expect(asking).toMatchObject({
      state: 'awaiting_confirmation',
      question: { counts: { groupChatsMissing: 6, groupChatsKnown: 12 } },
    });
    expect(Object.keys(await storedChats(world))).toHaveLength(12);
    await world.confirm(asking.id);
    await world.workSync(KIND);
    expect(Object.keys(await storedChats(world))).toHaveLength(6);
  });

  it('keeps the groups of an owner who left the corp, and says so', async () => {
    await world.sync(KIND);
    const owner = corp().groupChats[0]?.ownerUserId ?? '';
    world.sandbox.control.events.deleteStaff({ userId: owner, silent: true });
    settle();
    expect(await world.sync(KIND)).toMatchObject({ state: 'succeeded', result: { ended: 0 } });
    const states = await world.query<{ state: string }>(
      'SELECT DISTINCT owner_state AS state FROM group_chats.group_chats WHERE owner_user_id = $1',
      [owner],
    );
    expect(states).toEqual([{ state: 'resigned' }]);
  });
});
