import {
  ContactsGateway,
  CorpTagsGateway,
  DirectoryGateway,
  GroupChatsGateway,
  MassSendsGateway,
  MediaGateway,
  MessagesGateway,
  WelcomeGateway,
} from '../../../src/wecom/index.js';
import { connectTestCorp, startWecomApp, type TestCorp, type WecomTestApp } from '../../support/wecom-app.js';

let app: WecomTestApp;
let corp: TestCorp;
let staffIds: string[];

beforeAll(async () => {
  app = await startWecomApp();
  corp = await connectTestCorp(app);
  staffIds = await app.get(ContactsGateway).listFollowUserIds(corp.corpId);
});
afterAll(async () => app.close());

const world = () => app.sandbox.control.world().corps.find(({ corpId }) => corpId === corp.wecom.corpId)!;

async function allContacts() {
  const gateway = app.get(ContactsGateway);
  const items = [];
  for (let cursor = '', first = true; first || cursor; first = false) {
    const page = await gateway.listByStaff(corp.corpId, staffIds, cursor);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

describe('contacts', () => {
  it('lists every relation of the staff over several pages', async () => {
    const items = await allContacts();
    expect(items).toHaveLength(world().followRelations);
    expect(new Set(items.map((item) => item.contact.externalUserId)).size).toBe(world().customers);
    for (const { contact, follow } of items) {
      expect(contact.name).not.toBe('');
      expect(staffIds).toContain(follow.userId);
      expect(follow.createdAt.getTime()).toBeLessThanOrEqual(app.clock.now().getTime());
      expect(follow.corpTagIds.every((id) => id.startsWith('et'))).toBe(true);
    }
  });

  it('gets one with its followers and their tags, personal ones included', async () => {
    const [{ contact, follow }] = (await allContacts()) as [Awaited<ReturnType<typeof allContacts>>[number]];
    app.sandbox.control.events.editTags({
      corpId: corp.wecom.corpId,
      userId: follow.userId,
      externalUserId: contact.externalUserId,
      addPersonalTags: ['周末联系'],
      silent: true,
    });
    const full = await app.get(ContactsGateway).getContact(corp.corpId, contact.externalUserId);
    expect(full).toMatchObject(contact);
    const mine = full.follows.find(({ userId }) => userId === follow.userId);
    const { corpTagIds, ...relation } = follow;
    expect(mine).toMatchObject(relation);
    expect(mine?.tags).toContainEqual({ name: '周末联系', groupName: expect.any(String), kind: 'personal' });
    expect(
      mine?.tags
        .filter(({ kind }) => kind === 'corp')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...corpTagIds].sort());
  });

  it('changes a remark and clears mobiles', async () => {
    const [{ contact, follow }] = (await allContacts()) as [Awaited<ReturnType<typeof allContacts>>[number]];
    const pair = { userId: follow.userId, externalUserId: contact.externalUserId };
    const gateway = app.get(ContactsGateway);
    await gateway.updateRemark(corp.corpId, {
      ...pair,
      remark: '改过的备注',
      remarkMobiles: ['13800001234'],
    });
    const read = async () =>
      (await gateway.getContact(corp.corpId, contact.externalUserId)).follows.find(
        ({ userId }) => userId === follow.userId,
      );
    expect(await read()).toMatchObject({ remark: '改过的备注', remarkMobiles: ['13800001234'] });
    await gateway.updateRemark(corp.corpId, { ...pair, remarkMobiles: [] });
    expect(await read()).toMatchObject({ remark: '改过的备注', remarkMobiles: [] });
    await expect(
      gateway.updateRemark(corp.corpId, { ...pair, remark: '字'.repeat(21) }),
    ).rejects.toMatchObject({
      code: 'wecom.argument_too_long',
      params: { field: 'remark', max: 20, unit: 'characters' },
    });
    await gateway.updateRemark(corp.corpId, { ...pair, remark: '😀'.repeat(20) });
  });

  it('throws what WeCom says of an unknown contact, staff and cursor; a member without customers has none', async () => {
    const gateway = app.get(ContactsGateway);
    await expect(gateway.getContact(corp.corpId, 'wmNobody')).rejects.toMatchObject({
      errcode: 40096,
      retryable: false,
    });
    await expect(gateway.listByStaff(corp.corpId, staffIds, 'no-cursor')).rejects.toMatchObject({
      errcode: 50100,
    });
    await expect(
      gateway.listByStaff(corp.corpId, Array.from({ length: 101 }, String), ''),
    ).rejects.toMatchObject({
      code: 'wecom.argument_too_long',
    });
    const { userId } = app.sandbox.control.events.createStaff({
      corpId: corp.wecom.corpId,
      departmentIds: [1],
      silent: true,
    });
    expect(await gateway.listExternalUserIds(corp.corpId, userId)).toEqual([]);
    expect((await gateway.listExternalUserIds(corp.corpId, staffIds[0]!)).length).toBeGreaterThan(0);
  });
});

describe('corp tags', () => {
  it('adds, edits, marks and removes', async () => {
    const gateway = app.get(CorpTagsGateway);
    const before = (await gateway.list(corp.corpId)).length;
    const group = await gateway.add(corp.corpId, {
      groupName: '网关测试组',
      tags: [{ name: '线下展会', order: 2 }, { name: '直播间' }],
    });
    expect(group).toMatchObject({ name: '网关测试组', deleted: false });
    expect(group.createdAt).toBeInstanceOf(Date);
    expect(group.tags.map(({ name }) => name)).toEqual(['线下展会', '直播间']);
    const [tag] = group.tags as [(typeof group.tags)[number]];
    await gateway.edit(corp.corpId, tag.id, { name: '展会' });
    expect(await gateway.list(corp.corpId, { groupIds: [group.id] })).toMatchObject([
      { tags: expect.arrayContaining([expect.objectContaining({ name: '展会' })]) },
    ]);
    const [{ contact, follow }] = (await allContacts()) as [Awaited<ReturnType<typeof allContacts>>[number]];
    const pair = { userId: follow.userId, externalUserId: contact.externalUserId };
    await gateway.mark(corp.corpId, { ...pair, addTagIds: [tag.id] });
    await gateway.mark(corp.corpId, { ...pair, removeTagIds: [tag.id] });
    await gateway.remove(corp.corpId, { groupIds: [group.id] });
    expect(await gateway.list(corp.corpId)).toHaveLength(before);
    await expect(gateway.list(corp.corpId, { tagIds: ['etNobody'] })).rejects.toMatchObject({
      errcode: 40068,
    });
  });
});

describe('group chats', () => {
  it('lists all, also by owner, and gets one with members', async () => {
    const gateway = app.get(GroupChatsGateway);
    const { items, nextCursor } = await gateway.list(corp.corpId, { cursor: '' });
    expect([items.length, nextCursor]).toEqual([world().groupChats.length, '']);
    const [expected] = world().groupChats;
    const owned = await gateway.list(corp.corpId, { ownerUserIds: [expected!.ownerUserId], cursor: '' });
    expect(owned.items.map(({ chatId }) => chatId)).toContain(expected!.chatId);
    const chat = await gateway.get(corp.corpId, expected!.chatId);
    expect(chat).toMatchObject({
      chatId: expected!.chatId,
      name: expected!.name,
      ownerUserId: expected!.ownerUserId,
    });
    expect(chat.members).toHaveLength(expected!.members);
    expect(chat.members.some(({ type }) => type === 2)).toBe(true);
    await expect(gateway.get(corp.corpId, 'wrNobody')).rejects.toMatchObject({ errcode: 40050 });
  });
});

describe('directory', () => {
  it('lists departments with names, staff by the assistant, one member in full', async () => {
    const gateway = app.get(DirectoryGateway);
    expect(await gateway.hasAssistant(corp.corpId)).toBe(true);
    const departments = await gateway.listDepartments(corp.corpId);
    expect(departments).toHaveLength(world().departments);
    expect(departments.filter(({ name }) => name === undefined)).toEqual([]);
    expect(departments.find(({ id }) => id === 1)).toMatchObject({ parentId: 0 });
    const places = await gateway.listStaffIds(corp.corpId);
    expect(new Set(places.map(({ userId }) => userId)).size).toBe(world().staff.length);
    const { userId, name, departmentIds } = world().staff[0]!;
    expect(await gateway.getStaff(corp.corpId, userId)).toMatchObject({
      userId,
      name,
      departmentIds,
      status: 1,
    });
    expect(await gateway.getDepartment(corp.corpId, 1)).toMatchObject({ id: 1, name: expect.any(String) });
    await expect(gateway.getStaff(corp.corpId, 'nobody')).rejects.toMatchObject({
      errcode: expect.any(Number),
      action: 'fail',
    });
  });

  it('adds departments outside the visible range without a name', async () => {
    const wecom = app.sandbox.control.addCorp({ seed: 'range', size: { staff: 12, customers: 4 } });
    const leaf = world().staff[0]!.departmentIds[0]!;
    app.sandbox.control.changeApp({ corpId: wecom.corpId, visibleDepartmentIds: [leaf], visibleUserIds: [] });
    const narrow = await connectTestCorp(app, { wecom });
    const departments = await app.get(DirectoryGateway).listDepartments(narrow.corpId);
    const named = departments.filter(({ name }) => name !== undefined).length;
    expect(named).toBeGreaterThan(0);
    expect(named).toBeLessThan(departments.length);
    expect(new Set(departments.map(({ id }) => id)).size).toBe(departments.length);
  });
});

describe('messages, welcome and media', () => {
  it('sends to staff and recalls', async () => {
    const gateway = app.get(MessagesGateway);
    const to = { userIds: [staffIds[0]!, 'nobody'] };
    const sent = await gateway.send(corp.corpId, to, { kind: 'text', content: '新客户' });
    expect(sent).toMatchObject({
      msgId: expect.any(String),
      invalidUserIds: ['nobody'],
      invalidDepartmentIds: [],
    });
    await gateway.recall(corp.corpId, sent.msgId);
    const tooLong = gateway.send(corp.corpId, to, { kind: 'text', content: '字'.repeat(683) });
    await expect(tooLong).rejects.toMatchObject({
      code: 'wecom.argument_too_long',
      params: { unit: 'bytes' },
    });
    await expect(
      gateway.send(corp.corpId, { userIds: ['nobody'] }, { kind: 'text', content: 'x' }),
    ).rejects.toMatchObject({
      errcode: 81013,
    });
    const card = {
      kind: 'textcard',
      title: '标题',
      description: '说明',
      url: 'https://example.com',
    } as const;
    await gateway.send(corp.corpId, { userIds: [staffIds[0]!] }, card);
  });

  it('welcomes a new customer once, with an uploaded picture', async () => {
    const bytes = Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Buffer.alloc(100),
    ]);
    const file = { filename: '报价 "单".png', contentType: 'image/png', bytes };
    const media = app.get(MediaGateway);
    const { mediaId, createdAt } = await media.upload(corp.corpId, 'image', file);
    expect(createdAt.getTime()).toBe(Math.floor(app.clock.now().getTime() / 1000) * 1000);
    expect(await media.uploadImage(corp.corpId, file)).toMatch(/^https?:/);
    const got = await media.download(corp.corpId, mediaId);
    expect(got.bytes.equals(bytes)).toBe(true);
    expect(got.filename).toBe('报价 _单_.png');
    expect(
      (await media.download(corp.corpId, mediaId, { from: 0, to: 7 })).bytes.equals(bytes.subarray(0, 8)),
    ).toBe(true);
    await expect(media.download(corp.corpId, 'nothing')).rejects.toMatchObject({ errcode: 40007 });

    const { welcomeCode } = app.sandbox.control.events.addCustomer({
      corpId: corp.wecom.corpId,
      userId: staffIds[0]!,
      silent: true,
    });
    const gateway = app.get(WelcomeGateway);
    const message = {
      text: '您好',
      attachments: [
        { kind: 'image', mediaId } as const,
        { kind: 'link', title: '手册', url: 'https://example.com/p/1' } as const,
      ],
    };
    await gateway.send(corp.corpId, welcomeCode!, message);
    await expect(gateway.send(corp.corpId, welcomeCode!, message)).rejects.toMatchObject({
      errcode: expect.any(Number),
      action: 'fail',
    });
    expect(app.sandbox.control.outbox().filter(({ kind }) => kind === 'welcome')).toHaveLength(1);
  });
});

describe('mass sends', () => {
  const message = {
    text: '券已到账',
    attachments: [{ kind: 'link', title: '查看', url: 'https://example.com/c' }],
  };

  it('makes a task for a member, and tells what became of it once he confirmed', async () => {
    const gateway = app.get(MassSendsGateway);
    const corpId = corp.wecom.corpId;
    const { events } = app.sandbox.control;
    const [sender = ''] = staffIds;
    const made = () =>
      events.addCustomer({ corpId, userId: sender, silent: true, welcome: false }).externalUserId;
    const [kept, lost, reached] = [made(), made(), made()];
    const from = app.clock.now();
    // reason for the cast: literals of a list are widened
    const order = { senderUserId: sender, message: message as never };
    const externalUserIds = [kept, lost, reached, 'wmNobody'];
    const sent = await gateway.create(corp.corpId, { ...order, externalUserIds });
    expect(sent.refusedExternalUserIds).toEqual(['wmNobody']);
    const { msgId } = sent;
    await expect(gateway.listTasks(corp.corpId, msgId, '')).rejects.toMatchObject({
      errcode: 41063,
      retryable: true,
    });
    app.clock.advance(2000);
    expect(await gateway.listTasks(corp.corpId, msgId, '')).toEqual({
      items: [{ userId: sender }],
      nextCursor: '',
    });
    const results = async () => (await gateway.listResults(corp.corpId, { msgId, userId: sender }, '')).items;
    expect((await results()).map(({ status }) => status)).toEqual(['unsent', 'unsent', 'unsent']);
    events.customerDeletesStaff({ corpId, userId: sender, externalUserId: lost, silent: true });
    app.sandbox.control.setSwitches({ massSendRule: 'day' });
    const own = events.sendOwnMass({ corpId, userId: sender, externalUserIds: [reached], text: '早' });
    events.confirmMassSend({ corpId, msgId, userId: sender });
    const confirmedAt = new Date(Math.floor(app.clock.now().getTime() / 1000) * 1000);
    expect((await gateway.listTasks(corp.corpId, msgId, '')).items).toEqual([
      { userId: sender, confirmedAt },
    ]);
    expect(await results()).toEqual([
      { externalUserId: kept, status: 'sent', sentAt: confirmedAt },
      { externalUserId: lost, status: 'not_friend' },
      { externalUserId: reached, status: 'limit' },
    ]);
    const list = async (madeBy?: 'api' | 'members') =>
      (await gateway.list(corp.corpId, { from, until: app.clock.now(), madeBy, cursor: '' })).items;
    expect(await list('api')).toEqual([{ msgId, createdAt: expect.any(Date), text: message.text }]);
    expect(await list('members')).toMatchObject([{ msgId: own.msgId, creatorUserId: sender, text: '早' }]);
    expect(await list()).toHaveLength(2);
  });

  it('reminds, stops, and refuses what WeCom would refuse', async () => {
    const gateway = app.get(MassSendsGateway);
    const order = { senderUserId: staffIds[0]!, message: { text: '你好' } };
    const { externalUserId } = app.sandbox.control.events.addCustomer({
      corpId: corp.wecom.corpId,
      userId: staffIds[0]!,
      silent: true,
      welcome: false,
    });
    const { msgId } = await gateway.create(corp.corpId, { ...order, externalUserIds: [externalUserId] });
    await gateway.remind(corp.corpId, msgId);
    await gateway.cancel(corp.corpId, msgId);
    await expect(gateway.listTasks(corp.corpId, msgId, '')).rejects.toMatchObject({ errcode: 41093 });
    const refused = (change: object) =>
      gateway.create(corp.corpId, { ...order, externalUserIds: ['wmX'], ...change });
    await expect(refused({})).rejects.toMatchObject({ errcode: 84061, action: 'fail' });
    await expect(refused({ senderUserId: 'ghost' })).rejects.toMatchObject({ errcode: 40003 });
    const tooMany = { externalUserIds: Array.from({ length: 10_001 }, String) };
    await expect(refused(tooMany)).rejects.toMatchObject({ code: 'wecom.argument_too_long' });
    await expect(refused({ message: { text: '字'.repeat(1334) } })).rejects.toMatchObject({
      code: 'wecom.argument_too_long',
    });
    await expect(gateway.remind(corp.corpId, 'msgNone')).rejects.toMatchObject({ errcode: 41047 });
  });
});
