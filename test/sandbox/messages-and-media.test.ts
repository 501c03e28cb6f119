import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, CallbackReceiver, SandboxClient } from './sandbox-client.js';

let nowMs = Date.parse('2026-03-02T08:00:00Z');
let sandbox: Sandbox;
let client: SandboxClient;
let userId: string;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'messages', size: { customers: 5 }, clock: () => nowMs });
  client = new SandboxClient(sandbox);
  userId = sandbox.control.world().corps[0]!.staff[0]!.userId;
});
afterEach(closeAll);

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(20)]);
const welcome = (body: object) => client.post('externalcontact/send_welcome_msg', body);
const newCode = () => sandbox.control.events.addCustomer({ userId }).welcomeCode!;
const hello = { text: { content: '您好' } };

describe('send_welcome_msg (page 92137)', () => {
  it('works once within 20 s', async () => {
    const code = newCode();
    nowMs += 19_999;
    expect((await welcome({ welcome_code: code, ...hello })).errcode).toBe(0);
    expect((await welcome({ welcome_code: code, ...hello })).errcode).toBe(41051);
    const late = newCode();
    nowMs += 20_000;
    expect((await welcome({ welcome_code: late, ...hello })).errcode).toBe(41050);
    expect((await welcome({ welcome_code: 'WCfake', ...hello })).errcode).toBe(41050);
    expect(sandbox.control.outbox().filter((message) => message.kind === 'welcome')).toHaveLength(1);
  });

  it('answers 41096 to the second of two callers at the same time', async () => {
    const code = newCode();
    await client.token();
    sandbox.control.setSwitches({ latencyMs: 50 });
    const both = [1, 2].map(() => welcome({ welcome_code: code, ...hello }));
    expect((await Promise.all(both)).map((answer) => answer.errcode).sort()).toEqual([0, 41096]);
  });

  it('takes up to 9 attachments with media of the right kind, and a refusal does not use the code up', async () => {
    const code = newCode();
    const link = { msgtype: 'link', link: { title: '手册', url: 'https://example.com' } };
    const send = (attachments: object[]) => welcome({ welcome_code: code, attachments });
    expect((await send(Array(10).fill(link))).errcode).toBe(41064);
    expect((await send([{ msgtype: 'image' }])).errcode).toBe(40063);
    expect((await send([{ msgtype: 'image', image: {} }])).errcode).toBe(40063);
    expect((await send([{ msgtype: 'image', image: { media_id: 'gone' } }])).errcode).toBe(40007);
    expect(
      (await send([{ msgtype: 'image', image: { pic_url: 'https://example.com/a.png' } }])).errcode,
    ).toBe(40058);
    const media_id = (await client.upload('media/upload?type=image', PNG))['media_id'];
    expect((await send([{ msgtype: 'video', video: { media_id } }])).errcode).toBe(40007);
    const pic_url = (await client.upload('media/uploadimg', PNG))['url'];
    const good = [
      { msgtype: 'image', image: { media_id } },
      { msgtype: 'image', image: { pic_url } },
    ];
    expect((await send([...good, ...Array(7).fill(link)])).errcode).toBe(0);
  });

  it('is not offered when the contact event has no code', () => {
    expect(sandbox.control.events.addCustomer({ userId, welcome: false }).welcomeCode).toBeUndefined();
  });
});

describe('message/send and recall (pages 90236, 94867)', () => {
  const send = (body: object = {}) =>
    client.post('message/send', {
      touser: userId,
      msgtype: 'text',
      agentid: sandbox.control.corp().agentId,
      ...hello,
      ...body,
    });

  it('names bad receivers in lower case and refuses when nobody is left', async () => {
    const answer = await send({ touser: `${userId}|Ghost.A|Ghost.B`, toparty: '4|99', totag: '7' });
    expect(answer).toMatchObject({
      errcode: 0,
      invaliduser: 'ghost.a|ghost.b',
      invalidparty: '99',
      invalidtag: '7',
    });
    expect(answer['msgid']).toBeTruthy();
    expect(await send()).not.toHaveProperty('invaliduser');
    expect((await send({ touser: 'ghost' })).errcode).toBe(81013);
    expect((await send({ agentid: 1 })).errcode).toBe(301002);
    expect((await send({ text: { content: '' } })).errcode).toBe(44004);
    expect((await send({ msgtype: 'image', image: { media_id: 'gone' } })).errcode).toBe(40007);
  });

  it('reaches all active members with @all', async () => {
    await send({ touser: '@all' });
    const active = sandbox.control.world().corps[0]!.staff.length - 1;
    expect(sandbox.control.outbox().at(-1)!.to).toHaveLength(active);
  });

  it('drops the 31st message of a minute without a word', async () => {
    for (let count = 0; count < 30; count += 1) await send();
    expect(sandbox.control.outbox().at(-1)!.to).toEqual([userId]);
    expect((await send()).errcode).toBe(0);
    expect(sandbox.control.outbox().at(-1)!).toMatchObject({ to: [], droppedFor: [userId] });
    nowMs += 60_000;
    await send();
    expect(sandbox.control.outbox().at(-1)!.to).toEqual([userId]);
  });

  it('suppresses an identical message inside the interval', async () => {
    const body = { enable_duplicate_check: 1, duplicate_check_interval: 10 };
    const first = await send(body);
    expect((await send(body))['msgid']).toBe(first['msgid']);
    expect(sandbox.control.outbox()).toHaveLength(1);
    nowMs += 10_000;
    expect((await send(body))['msgid']).not.toBe(first['msgid']);
  });

  it('cuts text at 2048 bytes, never inside a character', async () => {
    await send({ text: { content: `${'字'.repeat(682)}ab字` } });
    const body = sandbox.control.outbox().at(-1)!.body as any;
    expect(body.text.content).toBe(`${'字'.repeat(682)}ab`);
  });

  it('asks for a callback URL before cards with buttons', async () => {
    const card = { card_type: 'button_interaction', task_id: 't1', main_title: { title: 't' } };
    expect((await send({ msgtype: 'template_card', template_card: card })).errcode).toBe(43012);
    const receiver = await CallbackReceiver.start();
    await sandbox.control.saveCallback({ place: 'app', ...receiver.form });
    expect((await send({ msgtype: 'template_card', template_card: card }))['response_code']).toBeTruthy();
    expect((await send({ msgtype: 'template_card', template_card: { ...card, task_id: '' } })).errcode).toBe(
      40063,
    );
  });

  it('recalls its own messages for 24 h', async () => {
    const msgid = (await send())['msgid'];
    const other = sandbox.control.addApp();
    expect((await client.post('message/recall', { msgid }, other.secret)).errcode).toBe(40058);
    expect((await client.post('message/recall', { msgid: 'unknown' })).errcode).toBe(40058);
    nowMs += 86_400_000;
    client.forgetTokens();
    expect((await client.post('message/recall', { msgid })).errcode).toBe(0);
    nowMs += 1;
    expect((await client.post('message/recall', { msgid })).errcode).toBe(42052);
  });
});

describe('media (pages 90253, 90254, 90256)', () => {
  const MEGABYTE = 1024 * 1024;
  const file = (bytes: number) => Buffer.alloc(bytes, 'x');
  const image = (bytes: number) => Buffer.concat([PNG.subarray(0, 8), Buffer.alloc(bytes - 8)]);

  it('bounds sizes: more than 5 bytes, up to the maximum of the kind', async () => {
    const upload = async (type: string, bytes: Buffer) =>
      (await client.upload(`media/upload?type=${type}`, bytes)).errcode;
    expect(await upload('file', file(0))).toBe(44001);
    expect(await upload('file', file(5))).toBe(40006);
    expect(await upload('file', file(6))).toBe(0);
    expect(await upload('file', file(20 * MEGABYTE))).toBe(0);
    expect(await upload('file', file(20 * MEGABYTE + 1))).toBe(45001);
    expect(await upload('image', image(10 * MEGABYTE))).toBe(0);
    expect(await upload('image', image(10 * MEGABYTE + 1))).toBe(45001);
    expect(await upload('image', file(100))).toBe(40123);
    expect(await upload('smoke', file(100))).toBe(40004);
    expect((await client.upload('media/upload?type=file', file(10), 'a.txt', 'other')).errcode).toBe(44001);
  });

  it('gives the file back whole or in slices for 3 days', async () => {
    const bytes = Buffer.from('0123456789');
    const uploaded = await client.upload('media/upload?type=file', bytes, '报价单.pdf');
    expect(uploaded).toMatchObject({
      errcode: 0,
      errmsg: '',
      type: 'file',
      created_at: String(Math.floor(nowMs / 1000)),
    });
    const url = async () =>
      `${sandbox.url}/cgi-bin/media/get?access_token=${await client.token()}&media_id=${uploaded['media_id']}`;
    const whole = await fetch(await url());
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
    expect(whole.headers.get('content-disposition')).toContain(
      `filename*=utf-8''${encodeURIComponent('报价单.pdf')}`,
    );
    const slice = await fetch(await url(), { headers: { range: 'bytes=2-4' } });
    expect([slice.status, await slice.text()]).toEqual([206, '234']);
    nowMs += 3 * 86_400_000 - 1;
    client.forgetTokens();
    expect((await fetch(await url())).headers.get('content-type')).not.toContain('json');
    nowMs += 1;
    expect((await client.get('media/get', { media_id: uploaded['media_id'] })).errcode).toBe(40007);
    const other = new SandboxClient(
      sandbox,
      sandbox.control.addCorp({ size: { customers: 0, groupChats: 0 } }).corpId,
    );
    expect((await other.get('media/get', { media_id: uploaded['media_id'] })).errcode).toBe(40007);
  });

  it('takes pictures up to 2 MB, 1000 a day', async () => {
    expect((await client.upload('media/uploadimg', image(2 * MEGABYTE), 'a.png', 'anything')).errcode).toBe(
      0,
    );
    expect((await client.upload('media/uploadimg', image(2 * MEGABYTE + 1))).errcode).toBe(45001);
    for (let count = 2; count < 1000; count += 1) await client.upload('media/uploadimg', PNG);
    expect((await client.upload('media/uploadimg', PNG)).errcode).toBe(45009);
  });
});
