import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import type { Fault, Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const FOLLOW = 'externalcontact/get_follow_user_list';
const PATH = `/cgi-bin/${FOLLOW}`;

let sandbox: Sandbox;
let client: SandboxClient;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'faults', size: { customers: 30 } });
  client = new SandboxClient(sandbox);
  await client.token();
});

afterEach(closeAll);

async function codesOf(fault: Fault, calls: number): Promise<number[]> {
  const { remove } = sandbox.control.addFault(fault);
  const codes: number[] = [];
  for (let call = 0; call < calls; call += 1) codes.push((await client.get(FOLLOW)).errcode);
  remove();
  return codes;
}

/** What arrives of an answer on a connection of its own. */
async function bytesOf(path: string): Promise<{ promised: number; text: string; whole: boolean }> {
  const url = `${sandbox.url}${path}?access_token=${await client.token()}`;
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      let text = '';
      const promised = Number(response.headers['content-length']);
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', () => undefined);
      response.on('close', () => resolve({ promised, text, whole: response.complete }));
    });
    request.on('error', reject);
  });
}

describe('an error code', () => {
  it('comes for so many calls, of that path alone', async () => {
    const { id } = sandbox.control.addFault({ path: PATH, times: 2, effect: { errcode: 45009 } });
    expect((await client.get('department/list')).errcode).toBe(0);
    expect((await client.get(FOLLOW)).errcode).toBe(45009);
    expect((await client.get(FOLLOW)).errcode).toBe(45009);
    expect((await client.get(FOLLOW)).errcode).toBe(0);
    expect(sandbox.control.faults()).toMatchObject([{ id, hits: 2 }]);
  });

  it('comes for a share of the calls, in the same places for the same seed', async () => {
    const fault: Fault = { path: PATH, probability: 0.3, seed: 'a', effect: { errcode: -1 } };
    const first = await codesOf(fault, 60);
    expect(await codesOf(fault, 60)).toEqual(first);
    expect(await codesOf({ ...fault, seed: 'b' }, 60)).not.toEqual(first);
    const hits = first.filter((code) => code === -1).length;
    expect(hits).toBeGreaterThan(6);
    expect(hits).toBeLessThan(32);
  });

  it('comes for a prefix of paths, and for every path when none is named', async () => {
    sandbox.control.addFault({ path: '/cgi-bin/externalcontact/*', effect: { errcode: -1 } });
    expect((await client.get(FOLLOW)).errcode).toBe(-1);
    expect((await client.get('department/list')).errcode).toBe(0);
    sandbox.control.addFault({ effect: { errcode: 45033 } });
    expect((await client.get(FOLLOW)).errcode).toBe(-1);
    expect((await client.get('department/list')).errcode).toBe(45033);
    sandbox.control.clearFaults();
    expect((await client.get(FOLLOW)).errcode).toBe(0);
  });
});

describe('the connection', () => {
  it('answers another status with a page that is no JSON', async () => {
    sandbox.control.addFault({ path: PATH, times: 1, effect: { status: 502 } });
    const answer = await fetch(`${sandbox.url}${PATH}?access_token=${await client.token()}`);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect((await client.get(FOLLOW)).errcode).toBe(0);
  });

  it('is reset before the call does anything', async () => {
    const { fault } = await tagging({ reset: true });
    await expect(fault).rejects.toThrow('fetch failed');
    expect(await taggedCount()).toBe(0);
  });

  it('ends in the middle of an answer whose call has worked', async () => {
    const { fault } = await tagging({ cutAfterBytes: 5 });
    await expect(fault).rejects.toThrow('terminated');
    expect(await taggedCount()).toBe(1);
  });

  it.each([0, 5])('ends after %i bytes of those it promised', async (cutAfterBytes) => {
    const whole = await bytesOf(PATH);
    expect(whole.whole).toBe(true);
    sandbox.control.addFault({ path: PATH, effect: { cutAfterBytes } });
    const cut = await bytesOf(PATH);
    expect(cut).toEqual({ promised: whole.promised, text: whole.text.slice(0, cutAfterBytes), whole: false });
  });

  it('is slow on order, and delays add to another fault', async () => {
    sandbox.control.addFault({ path: PATH, effect: { delayMs: 60 } });
    sandbox.control.addFault({ path: PATH, effect: { delayMs: 60 } });
    sandbox.control.addFault({ path: PATH, effect: { errcode: -1 } });
    const before = performance.now();
    expect((await client.get(FOLLOW)).errcode).toBe(-1);
    expect(performance.now() - before).toBeGreaterThan(115);
  });
});

it('ends a token early: that call and later ones answer 40014 until another is fetched', async () => {
  sandbox.control.addFault({ path: PATH, times: 1, effect: { tokenDeath: true } });
  const before = await client.token();
  expect((await client.get('department/list')).errcode).toBe(0);
  expect((await client.get(FOLLOW)).errcode).toBe(40014);
  expect((await client.get('department/list')).errcode).toBe(40014);
  client.forgetTokens();
  expect(await client.token()).not.toBe(before);
  expect((await client.get(FOLLOW)).errcode).toBe(0);
});

it('takes the same orders over HTTP and refuses what it does not understand', async () => {
  const control = async (path: string, body: unknown) => {
    const answer = await fetch(`${sandbox.url}/control/faults${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const { json } = await control('', { path: PATH, effect: { errcode: 45009 } });
  expect(json).toEqual({ id: 1 });
  expect((await client.get(FOLLOW)).errcode).toBe(45009);
  const listed = await (await fetch(`${sandbox.url}/control/faults`)).json();
  expect(listed).toEqual([{ id: 1, hits: 1, fault: { path: PATH, effect: { errcode: 45009 } } }]);
  expect((await control('/clear', {})).status).toBe(200);
  expect((await client.get(FOLLOW)).errcode).toBe(0);
  const wrong = [{}, { errcode: 1, reset: true }, { explode: true }, { errcode: '45009' }];
  for (const effect of wrong) expect((await control('', { effect })).status).toBe(400);
  expect((await control('', { probability: 2, effect: { reset: true } })).status).toBe(400);
  expect(sandbox.control.faults()).toEqual([]);
});

/** A call that changes the world, under the fault. */
async function tagging(effect: Fault['effect']) {
  const { tag_id, userid, external_userid } = await someRelation();
  await client.post('externalcontact/mark_tag', { userid, external_userid, remove_tag: [tag_id] });
  sandbox.control.addFault({ path: '/cgi-bin/externalcontact/mark_tag', times: 1, effect });
  return { fault: client.post('externalcontact/mark_tag', { userid, external_userid, add_tag: [tag_id] }) };
}

async function taggedCount(): Promise<number> {
  const { external_userid, tag_id, userid } = await someRelation();
  const { follow_user } = await client.get('externalcontact/get', { external_userid });
  const follow = follow_user.find((one: { userid: string }) => one.userid === userid);
  return follow.tags.filter((tag: { tag_id?: string }) => tag.tag_id === tag_id).length;
}

async function someRelation() {
  const [corp] = sandbox.control.world().corps;
  const userid = corp!.staff.find((staff) => staff.customers > 0)!.userId;
  const list = await client.get('externalcontact/list', { userid });
  return { userid, external_userid: list['external_userid'][0], tag_id: corp!.tagGroups[0]!.tags[0]!.tagId };
}
