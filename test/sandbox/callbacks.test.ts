import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, CallbackReceiver, SandboxClient } from './sandbox-client.js';

let sandbox: Sandbox;
let app: CallbackReceiver;
let assistant: CallbackReceiver;
let userId: string;

beforeEach(async () => {
  sandbox = await openSandbox({
    seed: 'callbacks',
    size: { customers: 30 },
    switches: { callbackRetryMs: [5, 5, 5], callbackTimeoutMs: 150 },
  });
  app = await CallbackReceiver.start();
  assistant = await CallbackReceiver.start();
  expect(await sandbox.control.saveCallback({ place: 'app', ...app.form })).toEqual({ saved: true });
  expect(await sandbox.control.saveCallback({ place: 'assistant', ...assistant.form })).toEqual({
    saved: true,
  });
  userId = sandbox.control.world().corps[0]!.staff.find((staff) => staff.customers > 0)!.userId;
});
afterEach(closeAll);

const events = () => sandbox.control.events;
const settle = () => sandbox.control.whenDelivered();
const names = (xml: string) => [...xml.matchAll(/<([A-Za-z]+)>/g)].map((match) => match[1]!);

describe('the console', () => {
  it.each([
    ['another text', (plain: string) => `${plain} `],
    ['quotes', (plain: string) => `"${plain}"`],
    ['a line break', (plain: string) => `${plain}\n`],
  ])('does not save when the answer has %s', async (_label, echo) => {
    app.echo = echo;
    const result = await sandbox.control.saveCallback({
      place: 'app',
      ...app.form,
      url: `${app.url}&second=1`,
    });
    expect(result).toMatchObject({ saved: false, reason: { en: expect.stringContaining('echostr') } });
    expect(sandbox.control.world().corps[0]!.callbacks[0]!.url).toBe(app.url);
  });

  it('does not save when the answer takes more than 1 s, the server is away or the keys are malformed', async () => {
    const save = (change: object) => sandbox.control.saveCallback({ place: 'app', ...app.form, ...change });
    app.echoDelayMs = 1200;
    expect(await save({})).toMatchObject({ saved: false, reason: { en: expect.stringContaining('1 s') } });
    app.echoDelayMs = 0;
    expect(await save({ url: 'http://127.0.0.1:9/' })).toMatchObject({ saved: false });
    expect(await save({ url: 'ftp://example.com' })).toMatchObject({ saved: false });
    expect(await save({ token: 'a'.repeat(33) })).toMatchObject({ saved: false });
    expect(await save({ token: 'with space' })).toMatchObject({ saved: false });
    expect(await save({ encodingAesKey: 'a'.repeat(42) })).toMatchObject({ saved: false });
  });
});

describe('events', () => {
  it('come signed, encrypted and compact, with the fields of the contract', async () => {
    const { externalUserId, welcomeCode } = events().addCustomer({ userId, state: 'expo' });
    await settle();
    expect(app.received[0]!.xml).toMatch(
      /^<xml><ToUserName><!\[CDATA\[ww[0-9a-f]{16}\]\]><\/ToUserName>.*<\/xml>$/,
    );
    expect(app.received[0]!.agentId).toBe(String(sandbox.control.corp().agentId));
    expect(app.field(0, 'FromUserName')).toBe('sys');
    expect(app.field(0, 'ChangeType')).toBe('add_external_contact');
    expect(app.field(0, 'UserID')).toBe(userId);
    expect(app.field(0, 'ExternalUserID')).toBe(externalUserId);
    expect(app.field(0, 'State')).toBe('expo');
    expect(app.field(0, 'WelcomeCode')).toBe(welcomeCode);
    expect(app.received[0]!.query.get('keep')).toBe('1');
    expect(assistant.received).toEqual([]);
  });

  it('of the directory go to the assistant alone, in the restricted form', async () => {
    events().createStaff({ userId: 'new.one', departmentIds: [4, 5], name: '新人' });
    await settle();
    expect(names(assistant.received[0]!.xml).slice(-2)).toEqual(['UserID', 'Department']);
    expect(assistant.field(0, 'Department')).toBe('4,5');
    expect(assistant.received[0]!.agentId).toBe('');
    expect(app.received).toEqual([]);
    sandbox.control.setSwitches({ restrictedDirectoryEvents: false });
    events().createStaff({ userId: 'new.two', departmentIds: [4], name: '新人' });
    await settle();
    expect(assistant.field(1, 'Name')).toBe('新人');
  });

  it('follow the visible range, and silent changes and API changes make none', async () => {
    const { control } = sandbox;
    const { externalUserId } = events().addCustomer({ userId, silent: true });
    control.changeApp({ visibleDepartmentIds: [9], visibleUserIds: [] });
    const outside = control.world().corps[0]!.staff.find((staff) => !staff.departmentIds.includes(9))!.userId;
    events().addCustomer({ userId: outside });
    control.changeApp({ visibleDepartmentIds: [1] });
    const client = new SandboxClient(sandbox);
    expect(
      (
        await client.post('externalcontact/remark', {
          userid: userId,
          external_userid: externalUserId,
          remark: 'x',
        })
      ).errcode,
    ).toBe(0);
    await client.post('externalcontact/add_corp_tag', { group_name: '新', tag: [{ name: '甲' }] });
    await settle();
    expect(control.deliveries()).toEqual([]);
    expect((await client.get('externalcontact/get', { external_userid: externalUserId })).errcode).toBe(0);
  });

  it('chain the member versions and end with the one that REST shows', async () => {
    sandbox.control.setSwitches({ groupLagMs: 0 });
    const { chatId } = sandbox.control.world().corps[0]!.groupChats[0]!;
    const client = new SandboxClient(sandbox);
    const version = async () =>
      (await client.post('externalcontact/groupchat/get', { chat_id: chatId }))['group_chat'].member_version;
    const start = await version();
    events().addGroupMember({ chatId, externalUserIds: ['wmA', 'wmB'], joinScene: 3 });
    await settle();
    events().removeGroupMember({ chatId, memberIds: ['wmA'], quitScene: 1 });
    await settle();
    expect(app.field(0, 'LastMemVer')).toBe(start);
    expect(app.received[0]!.xml).toContain(
      '<MemChangeList><Item><![CDATA[wmA]]></Item><Item><![CDATA[wmB]]></Item></MemChangeList>',
    );
    expect(app.field(0, 'MemChangeCnt')).toBe('2');
    expect(app.field(1, 'LastMemVer')).toBe(app.field(0, 'CurMemVer'));
    expect(app.field(1, 'CurMemVer')).toBe(await version());
    events().addGroupMember({ chatId, externalUserIds: ['wmC'], withoutList: true });
    await settle();
    expect(app.field(2, 'LastMemVer')).toBeUndefined();
  });

  it('can take odd forms: pretty, spaced, reordered, with an unknown element, twice, stale', async () => {
    const pair = { userId, externalUserId: events().addCustomer({ userId, silent: true }).externalUserId };
    const envelope = {
      pretty: true,
      spaced: true,
      reordered: true,
      unknownElement: true,
      duplicated: true,
      timestampOffsetS: -3600,
    };
    events().editRemark({ ...pair, remark: 'x', envelope });
    await settle();
    expect(app.received).toHaveLength(2);
    expect(app.received[0]!.xml).toBe(app.received[1]!.xml);
    expect(app.received[0]!.xml).toContain('\n  <ToUserName> <![CDATA[');
    expect(names(app.received[0]!.xml)[1]).toBe('ExternalUserID');
    expect(names(app.received[0]!.xml).at(-1)).toBe('SandboxUnknown');
    expect(Number(app.received[0]!.query.get('timestamp'))).toBeLessThan(Date.now() / 1000 - 3500);
    events().fireRaw({ xml: '<xml><Event>never_heard</Event></xml>', place: 'assistant' });
    await settle();
    expect(assistant.received[0]!.xml).toBe('<xml><Event>never_heard</Event></xml>');
  });

  it('exist for every official example of the four families, with the same fields', async () => {
    // Fifty at once on a busy machine; 150 ms would lose some.
    sandbox.control.setSwitches({ callbackTimeoutMs: 5000 });
    fireEverything();
    await settle();
    const fired = new Set([...app.received, ...assistant.received].map(({ xml }) => shape(xml)));
    const folder = new URL('./event-examples/', import.meta.url);
    const missing = readdirSync(folder).filter(
      (file) => !fired.has(shape(readFileSync(new URL(file, folder), 'utf8'))),
    );
    expect(missing).toEqual([]);
  });
});

/** Element names in order of the alphabet, with the kind of event: what a parser sees of an event. */
function shape(xml: string): string {
  const kind = ['Event', 'ChangeType', 'UpdateDetail', 'TagType'].map(
    (name) => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>`).exec(xml)?.[1] ?? '',
  );
  return `${kind.join(' ')}: ${[...new Set(names(xml))].sort().join(' ')}`;
}

function fireEverything(): void {
  const { externalUserId } = events().addCustomer({ userId, state: 'expo' });
  const pair = { userId, externalUserId };
  const half = events().addCustomer({ userId, state: 'expo', half: true }).externalUserId;
  events().editRemark({ ...pair, remark: 'x', withState: true });
  events().transferFails(pair);
  events().archiveApproved({ ...pair, welcome: true });
  events().staffDeletesCustomer(pair);
  events().staffDeletesCustomer({ userId, externalUserId: half, byTransfer: true });
  events().customerDeletesStaff({ userId, externalUserId: events().addCustomer({ userId }).externalUserId });
  const { chatId } = events().createGroup({ ownerUserId: userId });
  events().addGroupMember({ chatId, externalUserIds: ['wmA', 'wmB'], joinScene: 3 });
  events().removeGroupMember({ chatId, memberIds: ['wmA'], quitScene: 1 });
  events().renameGroup({ chatId, name: '甲' });
  events().renameGroup({ chatId, name: '乙', extraFields: true });
  events().changeNotice({ chatId, notice: '丙' });
  events().changeOwner({ chatId, ownerUserId: userId });
  events().dismissGroup({ chatId });
  const { groupId, tagIds } = events().createTagGroup({ name: '甲', tags: ['乙', '丙'] });
  events().createTag({ groupId, name: '丁', strategyId: 5 });
  events().renameTag({ id: tagIds[0]!, name: '戊' });
  events().shuffleTags({ groupId });
  events().shuffleTags({});
  events().deleteTagGroup({ groupId });
  const { departmentId } = events().createDepartment({ name: '新店' });
  events().updateDepartment({ departmentId, name: '旧店', parentId: 2 });
  events().deleteDepartment({ departmentId });
  const created = events().createStaff({ departmentIds: [4] }).userId;
  events().moveStaff({ userId: created, departmentIds: [5] });
  events().updateStaffTag({ tagId: 3, addUserIds: [created] });
  sandbox.control.setSwitches({ restrictedDirectoryEvents: false });
  events().createStaff({ departmentIds: [4] });
  events().renameStaffUserId({ userId: created, newUserId: `${created}.new` });
  events().deleteStaff({ userId: `${created}.new` });
}

describe('deliveries', () => {
  const fire = async () => {
    events().addCustomer({ userId });
    await settle();
    return sandbox.control.deliveries().at(-1)!;
  };

  it('are repeated up to three times after lost connections and timeouts', async () => {
    app.script.push('drop', 'hang', 'drop');
    const saved = await fire();
    expect(saved.tries.map((entry) => entry.status ?? 'none')).toEqual(['none', 'none', 'none', 200]);
    expect(saved).toMatchObject({ state: 'answered', place: 'app', url: app.url });
    app.script.push('drop', 'drop', 'drop', 'drop');
    const lost = await fire();
    expect(lost).toMatchObject({ state: 'failed' });
    expect(lost.tries).toHaveLength(4);
    expect(app.received).toHaveLength(1);
  });

  it('are not repeated after another status, unless switched', async () => {
    app.script.push(500);
    expect(await fire()).toMatchObject({ state: 'refused', tries: [{ status: 500 }] });
    sandbox.control.setSwitches({ retryNon200: true });
    app.script.push(503);
    expect((await fire()).tries.map((entry) => entry.status)).toEqual([503, 200]);
  });

  it('keep one envelope over the tries, or make a new one when switched', async () => {
    const nonces = () => app.attempts.splice(0).map((query) => query.get('nonce'));
    app.script.push('drop');
    await fire();
    const [first, second] = nonces();
    expect(second).toBe(first);
    sandbox.control.setSwitches({ freshEnvelopePerTry: true });
    app.script.push('drop');
    await fire();
    const [third, fourth] = nonces();
    expect(fourth).not.toBe(third);
    expect(app.received.at(-1)!.xml).toContain('add_external_contact');
  });

  it('can be lost as a whole', async () => {
    sandbox.control.setSwitches({ callbackFaults: { drop: 1 } });
    expect(await fire()).toMatchObject({ state: 'lost', tries: [] });
    expect(app.received).toEqual([]);
  });
});
