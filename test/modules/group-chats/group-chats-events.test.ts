import { jest } from '@jest/globals';
import { GroupChatsModule } from '../../../src/modules/group-chats/index.js';
import { GroupChatReader } from '../../../src/modules/group-chats/use-cases/group-chat-reader.js';
import { RecordGroupChat } from '../../../src/modules/group-chats/use-cases/record-group-chat.js';
import { type Chaos, type Pick, runChaos } from '../../support/event-chaos.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { storedChats, worldChats } from './group-chat-states.js';

const KIND = 'group-chats.sync';
const REFRESH = 'group-chats.refresh';
const GET = '/cgi-bin/externalcontact/groupchat/get';
let world: MirrorWorld;

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [GroupChatsModule],
    seed: 'group-events',
    size: { staff: 8, customers: 30, groupChats: 4 },
  });
  await world.sync(KIND);
});
afterAll(async () => world.close());
afterEach(async () => {
  await settleAndRefresh();
});

const events = () => world.sandbox.control.events;
const corp = () => {
  const [first] = world.sandbox.control.world().corps;
  if (!first) throw new Error('no corp');
  return first;
};
const serving = () =>
  corp()
    .staff.filter((member) => member.customers > 0)
    .map((member) => member.userId);
const deliverAll = async () => {
  for (const event of world.newEvents()) await world.deliver(event);
};
/** The events are long past: both WeCom's lag and our waiting are over. */
const settleAndRefresh = () => {
  world.clock.seconds += 10;
  return world.runJobs(REFRESH, (payload) => (payload.settledAt = new Date(0).toISOString()));
};
const newGroup = async (name = '群') => {
  const { chatId } = events().createGroup({ ownerUserId: serving()[0] ?? '', name });
  await deliverAll();
  await settleAndRefresh();
  return chatId;
};
const read = async (chatId: string) => {
  const [now] = await world.query<{ readAt: Date }>('SELECT clock_timestamp() AS "readAt"');
  const answer = await world.http.get(GroupChatReader).read(world.corpId, chatId);
  return { answer, readAt: now?.readAt ?? new Date(0), fetchedAt: (await chatRow(chatId))?.fetchedAt };
};
const chatRow = async (chatId: string) => {
  const [row] = await world.query<{
    id: string;
    name: string;
    dismissedAt: Date | null;
    fetchedAt: Date;
    owner: string;
  }>(
    `SELECT id, name, dismissed_at AS "dismissedAt", fetched_at AS "fetchedAt", owner_user_id AS owner FROM group_chats.group_chats WHERE chat_id = $1`,
    [chatId],
  );
  return row;
};

describe('group chat events', () => {
  it('are read once for a burst, and again when one came after the reading', async () => {
    const chatId = await newGroup();
    for (const name of ['甲', '乙', '丙']) events().renameGroup({ chatId, name });
    await deliverAll();
    const before = world.calls(GET);
    expect(await settleAndRefresh()).toBe(1);
    expect(world.calls(GET) - before).toBe(1);
    expect(await chatRow(chatId)).toMatchObject({ name: '丙' });

    events().renameGroup({ chatId, name: '丁' });
    await deliverAll();
    await world.runJobs(REFRESH); // too early: WeCom still shows the old name
    expect(await chatRow(chatId)).toMatchObject({ name: '丙' });
    expect(await settleAndRefresh()).toBe(1);
    expect(await chatRow(chatId)).toMatchObject({ name: '丁' });
  });

  it('wait two seconds before the group is read', async () => {
    const chatId = await newGroup();
    events().changeNotice({ chatId, notice: '公告' });
    await deliverAll();
    const [job] = await world.http.sql<{ wait: number }>(
      `SELECT extract(epoch FROM j.run_at - now())::float AS wait FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = $1`,
      [REFRESH],
    );
    expect(job?.wait).toBeGreaterThan(1);
    expect(job?.wait).toBeLessThanOrEqual(2);
  });

  it('are not read again when the member version is the stored one', async () => {
    const chatId = await newGroup();
    const [external = ''] = Object.keys((await storedChats(world))[corp().groupChats[0]?.chatId ?? '']?.members ?? {}).filter((id) => id.startsWith('w')); // prettier-ignore
    events().addGroupMember({ chatId, externalUserIds: [external], joinScene: 3, state: '扫码' });
    const [added] = world.newEvents();
    if (!added) throw new Error('no event');
    await world.deliver(added);
    await settleAndRefresh();
    expect((await storedChats(world))[chatId]?.members[external]).toMatchObject({ scene: 3, state: '扫码' });
    await world.deliver(added);
    expect(await settleAndRefresh()).toBe(0);
    events().renameGroup({ chatId, name: '带版本的改名', extraFields: true });
    await deliverAll();
    expect(await settleAndRefresh()).toBe(1);
    expect(await chatRow(chatId)).toMatchObject({ name: '带版本的改名' });
  });

  it('end a group for good, whatever comes later', async () => {
    const chatId = await newGroup();
    events().renameGroup({ chatId, name: '迟到' });
    const late = world.newEvents();
    events().dismissGroup({ chatId });
    await deliverAll();
    const dismissed = await chatRow(chatId);
    expect(dismissed?.dismissedAt).toEqual(new Date(world.clock.seconds * 1000));
    for (const event of late) await world.deliver(event);
    await settleAndRefresh();
    await world.sync(KIND);
    expect(await chatRow(chatId)).toEqual(dismissed);
  });

  it('let no older reading overwrite a newer one or bring back a dismissed group', async () => {
    const chatId = await newGroup('旧名');
    const record = world.http.get(RecordGroupChat);
    const older = await read(chatId);
    events().renameGroup({ chatId, name: '新名' });
    await deliverAll();
    await settleAndRefresh();
    const newest = await read(chatId);
    await world.unit.run(world.corpId, () => record.record(chatId, older.answer, older.readAt));
    expect(await chatRow(chatId)).toMatchObject({ name: '新名' });
    events().dismissGroup({ chatId });
    await deliverAll();
    await world.unit.run(world.corpId, () =>
      record.record(chatId, newest.answer, new Date(Date.now() + 60_000)),
    );
    expect(await chatRow(chatId)).toMatchObject({ dismissedAt: expect.any(Date) });
    expect(await chatRow(chatId)).toMatchObject({ fetchedAt: newest.fetchedAt });
  });

  it('are dated from before the call, so that none overwrites a newer one', async () => {
    const chatId = await newGroup('何时');
    const reader = world.http.get(GroupChatReader);
    const ask = reader.read.bind(reader);
    let asked: Date | undefined;
    const spy = jest.spyOn(reader, 'read').mockImplementation(async (...call) => {
      asked = (await world.query<{ at: Date }>('SELECT clock_timestamp() AS at'))[0]?.at;
      return ask(...call);
    });
    events().renameGroup({ chatId, name: '此时' });
    await deliverAll();
    await settleAndRefresh();
    spy.mockRestore();
    const row = await chatRow(chatId);
    expect(row).toMatchObject({ name: '此时' });
    expect(row?.fetchedAt.getTime()).toBeLessThanOrEqual(asked?.getTime() ?? 0);
  });

  it('let no older "unknown" end a group that was shown since', async () => {
    const { chatId } = events().createGroup({ ownerUserId: serving()[0] ?? '', name: '刚建' });
    const early = await read(chatId); // WeCom does not show it yet
    expect(early.answer).toEqual({ outcome: 'unknown' });
    await deliverAll();
    await settleAndRefresh();
    expect(await chatRow(chatId)).toMatchObject({ dismissedAt: null });
    await world.unit.run(world.corpId, () =>
      world.http.get(RecordGroupChat).record(chatId, early.answer, early.readAt),
    );
    expect(await chatRow(chatId)).toMatchObject({ dismissedAt: null });
  });

  it('survive an hour of throttling without being parked', async () => {
    const chatId = await newGroup();
    events().renameGroup({ chatId, name: '限流' });
    await deliverAll();
    const [job] = await world.http.sql<{ max: number }>(
      `SELECT j.max_attempts AS max FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = $1`,
      [REFRESH],
    );
    let waitedS = 0;
    for (let attempt = 1; attempt < (job?.max ?? 0); attempt++) waitedS += Math.exp(Math.min(10, attempt));
    expect(waitedS).toBeGreaterThan(3_600);
  });

  it('insist on a new group that WeCom does not show yet', async () => {
    const { chatId } = events().createGroup({ ownerUserId: serving()[0] ?? '', name: '新群' });
    await deliverAll();
    await expect(world.runJobs(REFRESH)).rejects.toThrow('not visible yet');
    expect(await chatRow(chatId)).toBeUndefined();
    await settleAndRefresh();
    expect(await chatRow(chatId)).toMatchObject({ name: '新群' });
  });

  it('move everything of a member to a changed userid and keep the row', async () => {
    const chatId = await newGroup();
    const before = await chatRow(chatId);
    const userId = before?.owner ?? '';
    events().renameStaffUserId({ userId, newUserId: `${userId}.new` });
    await deliverAll();
    expect(await chatRow(chatId)).toMatchObject({ id: before?.id, owner: `${userId}.new` });
    expect(await storedChats(world)).toEqual(await worldChats(world));
    expect((await world.sync(KIND)).result).toEqual({ inserted: 0, changed: 0, ended: 0 });
  });

  it('end as the groups are, whatever becomes of them on their way', async () => {
    world.sandbox.control.setSwitches({ groupLagMs: 0 });
    await runChaos(world, chaos, 12);
  }, 60_000);
});

const chaos: Chaos = {
  change(pick: Pick, silent: boolean) {
    const chats = corp().groupChats;
    const chat = chats[pick(chats.length)];
    const owners = serving();
    const ownerUserId = owners[pick(owners.length)] ?? '';
    const name = `群${world.clock.seconds}`;
    if (!chat) return void events().createGroup({ ownerUserId, name, silent });
    const { chatId } = chat;
    switch (pick(7)) {
      case 0:
        return void events().createGroup({ ownerUserId, name, silent });
      case 1:
        return events().renameGroup({ chatId, name, silent, extraFields: pick(2) === 0 });
      case 2:
        return events().changeOwner({ chatId, ownerUserId, silent });
      case 3:
        return events().changeNotice({ chatId, notice: name, silent });
      case 4:
        return events().addGroupMember({
          chatId,
          userIds: [ownerUserId],
          silent,
          withoutList: pick(2) === 0,
        });
      case 5:
        return ownerUserId === chat.ownerUserId
          ? undefined
          : events().removeGroupMember({ chatId, memberIds: [ownerUserId], silent });
      default:
        return chats.length > 2 ? events().dismissGroup({ chatId, silent }) : undefined;
    }
  },
  async check(lost: boolean) {
    while ((await settleAndRefresh()) > 0);
    if (!lost) expect(await storedChats(world)).toEqual(await worldChats(world));
    const repaired = await world.sync(KIND);
    if (repaired.state === 'awaiting_confirmation') {
      await world.confirm(repaired.id);
      await world.workSync(KIND);
    }
    expect(await storedChats(world)).toEqual(await worldChats(world));
  },
};
