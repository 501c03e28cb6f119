import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const DAY_MS = 86_400_000;

let sandbox: Sandbox;
let client: SandboxClient;
let userId: string;

beforeEach(async () => {
  const nowMs = Date.parse('2026-03-02T08:00:00Z');
  sandbox = await openSandbox({ seed: 'media', size: { customers: 5 }, clock: () => nowMs });
  client = new SandboxClient(sandbox);
  userId = sandbox.control.world().corps[0]!.staff[0]!.userId;
});
afterEach(closeAll);

/** A PNG by its head: signature, then the size in the first chunk. */
function png(width = 100, height = 100): Buffer {
  const bytes = Buffer.alloc(40);
  bytes.write('89504e470d0a1a0a', 'hex');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
const attach = (type: string, scene: number, bytes = png()) =>
  client.upload(`media/upload_attachment?media_type=${type}&attachment_type=${scene}`, bytes);
const sendImage = (media_id: string) =>
  client.post('message/send', {
    touser: userId,
    msgtype: 'image',
    agentid: sandbox.control.corp().agentId,
    image: { media_id },
  });
const fetchCode = async (media_id: string) => {
  const query = `access_token=${await client.token()}&media_id=${media_id}`;
  const response = await fetch(`${sandbox.url}/cgi-bin/media/get?${query}`);
  const json = response.headers.get('content-type')?.includes('json');
  return json ? ((await response.json()) as { errcode: number }).errcode : 0;
};

describe('rest-api.md section 6, line 7: media', () => {
  it('"media expiry after 3 days (40007)"', async () => {
    const { media_id } = await client.upload('media/upload?type=image', png());
    sandbox.control.advanceClock({ ms: 3 * DAY_MS - 1 });
    client.forgetTokens();
    expect(await fetchCode(media_id)).toBe(0);
    expect((await sendImage(media_id)).errcode).toBe(0);
    sandbox.control.advanceClock({ ms: 1 });
    expect(await fetchCode(media_id)).toBe(40007);
    expect((await sendImage(media_id)).errcode).toBe(40007);
  });

  it('"different id spaces for upload_attachment"', async () => {
    const { media_id, created_at, errcode } = await attach('image', 1);
    expect([errcode, typeof created_at]).toEqual([0, 'number']);
    expect(await fetchCode(media_id)).toBe(40007);
    expect((await sendImage(media_id)).errcode).toBe(40007);
  });

  it('"and webhook/upload_media"', async () => {
    const keys = [1, 2].map(() => sandbox.control.events.addRobot({}).key);
    const { media_id } = await client.upload(`webhook/upload_media?key=${keys[0]}&type=file`, png());
    const say = (key?: string) =>
      client.plain(`/cgi-bin/webhook/send?key=${key}`, {
        method: 'POST',
        body: JSON.stringify({ msgtype: 'file', file: { media_id } }),
      });
    expect(await fetchCode(media_id)).toBe(40007);
    expect((await say(keys[1])).errcode).toBe(40007);
    expect((await say(keys[0])).errcode).toBe(0);
    sandbox.control.advanceClock({ ms: 3 * DAY_MS });
    expect((await say(keys[0])).errcode).toBe(40007);
  });
});

describe('media/upload_attachment (page 95098)', () => {
  it('takes the kinds, sizes and sides of each scene', async () => {
    expect((await attach('image', 2)).errcode).toBe(0);
    expect((await attach('video', 2)).errcode).toBe(41072);
    expect((await attach('file', 1)).errcode).toBe(41072);
    expect((await attach('image', 3)).errcode).toBe(40058);
    expect((await attach('voice', 1)).errcode).toBe(40004);
    expect((await attach('image', 1, Buffer.from('no picture'))).errcode).toBe(40123);
    expect((await attach('image', 1, png(1080, 10_800))).errcode).toBe(0);
    expect((await attach('image', 1, png(1081, 1081))).errcode).toBe(41081);
    expect((await attach('image', 1, png(1, 10_801))).errcode).toBe(41081);
    expect((await attach('image', 2, png(1081, 1081))).errcode).toBe(0);
    const big = Buffer.concat([png(), Buffer.alloc(10 * 1024 * 1024)]);
    expect((await attach('image', 2, big)).errcode).toBe(41080);
  });
});

describe('group robots (page 91770)', () => {
  const say = (key: string, body: object = { msgtype: 'text', text: { content: '早会 9 点' } }) =>
    client.plain(`/cgi-bin/webhook/send?key=${key}`, { method: 'POST', body: JSON.stringify(body) });

  it('say 20 messages within 60 s, then 45009', async () => {
    const { key } = sandbox.control.events.addRobot({});
    for (let message = 0; message < 20; message += 1) expect((await say(key)).errcode).toBe(0);
    expect((await say(key)).errcode).toBe(45009);
    sandbox.control.advanceClock({ ms: 60_000 });
    expect(await say(key)).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(sandbox.control.outbox().filter(({ kind }) => kind === 'robot')).toHaveLength(21);
  });

  it('know only their key, and an empty file is refused before it', async () => {
    expect((await say('nobody')).errcode).toBe(93000);
    expect((await client.upload('webhook/upload_media?key=nobody&type=file', png())).errcode).toBe(93000);
    expect((await client.upload('webhook/upload_media?key=nobody&type=file', Buffer.alloc(0))).errcode).toBe(
      44001,
    );
    const { key } = sandbox.control.events.addRobot({});
    sandbox.control.events.removeRobot({ key });
    expect((await say(key)).errcode).toBe(93000);
  });

  it('hold their bounds', async () => {
    const { key } = sandbox.control.events.addRobot({});
    const code = async (body: object) => (await say(key, body)).errcode;
    expect(await code({ msgtype: 'smoke' })).toBe(40008);
    expect(await code({ msgtype: 'text', text: { content: 'a'.repeat(2049) } })).toBe(45002);
    expect(await code({ msgtype: 'markdown', markdown: { content: 'a'.repeat(4097) } })).toBe(45002);
    expect(await code({ msgtype: 'news', news: { articles: Array(9).fill({ title: 't', url: 'u' }) } })).toBe(
      45008,
    );
    expect(await code({ msgtype: 'image', image: {} })).toBe(40063);
    expect(
      await code({ msgtype: 'image', image: { base64: png().toString('base64'), md5: 'x'.repeat(32) } }),
    ).toBe(0);
  });
});
