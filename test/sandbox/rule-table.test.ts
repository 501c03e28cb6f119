import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sandboxEndpoints, type Sandbox } from '../../src/sandbox/index.js';
import { ENDPOINTS } from '../../src/sandbox/rest/endpoint-table.js';
import type { Endpoint } from '../../src/sandbox/rest/endpoint.js';
import type { FieldRule } from '../../src/sandbox/rest/field-rules.js';
import { closeAll, openSandbox, SandboxClient, type Answer } from './sandbox-client.js';

/**
 * The whole table, row by row: each bound is tried just inside and just outside, each required field left out.
 * A body that fits is stated here by hand for every endpoint, so a rule that refuses good calls is seen too.
 */
let sandbox: Sandbox;
let client: SandboxClient;
let bodies: Record<string, Record<string, any>>;
const SHORT = { text: { content: '您好' } };

beforeAll(async () => {
  sandbox = await openSandbox({ seed: 'rules', switches: { groupLagMs: 0 } });
  client = new SandboxClient(sandbox);
  const { control } = sandbox;
  const world = control.world().corps[0]!;
  const userid = world.staff.find((staff) => staff.customers > 0)!.userId;
  const external_userid = control.events.addCustomer({ userId: userid }).externalUserId;
  const own = await client.post('externalcontact/add_corp_tag', {
    group_name: '规则',
    tag: [{ name: '甲' }],
  });
  const pair = { userid, external_userid };
  const { agentId } = control.corp();
  const takeover_userid = world.staff.find((staff) => staff.customers > 0 && staff.userId !== userid)!.userId;
  const between = { handover_userid: userid, takeover_userid };
  const { userId: handover_userid } = control.events.createStaff({ departmentIds: [4] });
  control.events.deleteStaff({ userId: handover_userid });
  const former = { handover_userid, takeover_userid };
  const groupMove = { chat_id_list: [world.groupChats[0]!.chatId], new_owner: takeover_userid };
  const open_kfid = control.events.addKfAccount({ servicerUserIds: [userid] }).openKfId;
  const kfPair = { open_kfid, external_userid };
  bodies = {
    '/cgi-bin/user/get': { userid },
    '/cgi-bin/user/simplelist': { department_id: 4 },
    '/cgi-bin/user/list': { department_id: 4 },
    '/cgi-bin/department/get': { id: 4 },
    '/cgi-bin/externalcontact/list': { userid },
    '/cgi-bin/externalcontact/get': { external_userid },
    '/cgi-bin/externalcontact/batch/get_by_user': { userid_list: [userid] },
    '/cgi-bin/externalcontact/remark': { ...pair, remark: '甲' },
    '/cgi-bin/externalcontact/add_corp_tag': { group_name: '规则组', tag: [{ name: '乙' }] },
    '/cgi-bin/externalcontact/edit_corp_tag': { id: own['tag_group'].tag[0].id, name: '丙' },
    '/cgi-bin/externalcontact/del_corp_tag': { tag_id: [own['tag_group'].tag[0].id] },
    '/cgi-bin/externalcontact/mark_tag': { ...pair, add_tag: [world.tagGroups[0]!.tags[0]!.tagId] },
    '/cgi-bin/externalcontact/groupchat/list': { limit: 10 },
    '/cgi-bin/externalcontact/groupchat/get': { chat_id: world.groupChats[0]!.chatId },
    '/cgi-bin/externalcontact/add_msg_template': { external_userid: [external_userid], ...SHORT },
    '/cgi-bin/externalcontact/remind_groupmsg_send': { msgid: 'msg1' },
    '/cgi-bin/externalcontact/cancel_groupmsg_send': { msgid: 'msg1' },
    '/cgi-bin/externalcontact/get_groupmsg_list_v2': { chat_type: 'single', start_time: 1, end_time: 2 },
    '/cgi-bin/externalcontact/get_groupmsg_task': { msgid: 'msg1' },
    '/cgi-bin/externalcontact/get_groupmsg_send_result': { msgid: 'msg1', userid },
    '/cgi-bin/externalcontact/add_moment_task': SHORT,
    '/cgi-bin/externalcontact/get_moment_task_result': { jobid: 'job1' },
    '/cgi-bin/externalcontact/cancel_moment_task': { moment_id: 'mom1' },
    '/cgi-bin/externalcontact/get_moment_list': { start_time: 1, end_time: 2 },
    '/cgi-bin/externalcontact/get_moment_task': { moment_id: 'mom1' },
    '/cgi-bin/externalcontact/get_moment_customer_list': { moment_id: 'mom1', userid },
    '/cgi-bin/externalcontact/get_moment_send_result': { moment_id: 'mom1', userid },
    '/cgi-bin/externalcontact/get_moment_comments': { moment_id: 'mom1', userid },
    '/cgi-bin/externalcontact/transfer_customer': { ...between, external_userid: [external_userid] },
    '/cgi-bin/externalcontact/transfer_result': between,
    '/cgi-bin/externalcontact/resigned/transfer_customer': { ...former, external_userid: [external_userid] },
    '/cgi-bin/externalcontact/resigned/transfer_result': former,
    '/cgi-bin/externalcontact/groupchat/transfer': groupMove,
    '/cgi-bin/externalcontact/groupchat/onjob_transfer': groupMove,
    '/cgi-bin/externalcontact/send_welcome_msg': { welcome_code: 'WC', ...SHORT },
    '/cgi-bin/kf/servicer/list': { open_kfid },
    '/cgi-bin/kf/service_state/get': kfPair,
    '/cgi-bin/kf/service_state/trans': { ...kfPair, service_state: 1 },
    '/cgi-bin/kf/sync_msg': { open_kfid, token: 'ENC' },
    '/cgi-bin/kf/send_msg': { touser: external_userid, open_kfid, msgtype: 'text', ...SHORT },
    '/cgi-bin/kf/send_msg_on_event': { code: 'mc', msgtype: 'text', ...SHORT },
    '/cgi-bin/message/send': { touser: userid, msgtype: 'text', agentid: agentId, ...SHORT },
    '/cgi-bin/message/recall': { msgid: 'r1' },
  };
});
afterAll(closeAll);

async function call(endpoint: Endpoint, body: Record<string, any>): Promise<Answer> {
  if (endpoint.quotas) {
    // Ten moments a minute would be used up before the first rule is through.
    sandbox.control.advanceClock({ ms: 60_000 });
    client.forgetTokens();
  }
  const secret = endpoint.token === 'assistant' ? client.assistantSecret : undefined;
  const path = endpoint.path.replace('/cgi-bin/', '');
  return endpoint.method === 'GET' ? client.get(path, body, secret) : client.post(path, body, secret);
}

/** A base in which only the field under test can be wrong. */
function baseFor(path: string, field: string): Record<string, any> {
  const base = bodies[path] ?? {};
  if (field.startsWith('attachments[].')) {
    const link = { title: 't', url: 'u' };
    const miniprogram = { title: 't', appid: 'a', page: 'p', pic_media_id: 'm' };
    return { ...base, attachments: [{ msgtype: 'link', link, miniprogram }] };
  }
  const contents: Record<string, object> = {
    textcard: { title: 't', description: 'd', url: 'u' },
    mpnews: { articles: [{ title: 't', thumb_media_id: 'm', content: 'c' }] },
    miniprogram_notice: { appid: 'a', title: 't' },
    news: { articles: [{ title: 't' }] },
    link: { title: 't', url: 'u' },
    miniprogram: { appid: 'a' },
    template_card: { card_type: 'text_notice' },
  };
  const kind = field === 'safe' ? 'mpnews' : field.split('.')[0]!;
  return kind in contents ? { ...base, msgtype: kind, [kind]: contents[kind] } : base;
}

/** Sets `a.b[].c` in a copy, making parents on the way. */
function withValue(body: Record<string, any>, name: string, value: unknown): Record<string, any> {
  const copy = structuredClone(body);
  let place: Record<string, any> = copy;
  const steps = name.split('.');
  for (const step of steps.slice(0, -1)) {
    const key = step.replace('[]', '');
    place[key] ??= step.endsWith('[]') ? [{}] : {};
    place = step.endsWith('[]') ? place[key][0] : place[key];
  }
  place[steps.at(-1)!] = value;
  return copy;
}

type Case = [rule: string, path: string, outside: unknown, inside: unknown, code: number, field: string];

function bounds(rule: FieldRule): [label: string, outside: unknown, inside: unknown][] {
  const cases: [string, unknown, unknown][] = [];
  // Chinese characters tell bytes from characters, emoji tell characters from UTF-16 units.
  if (rule.maxChars)
    cases.push([`${rule.maxChars} chars`, '😀'.repeat(rule.maxChars + 1), '😀'.repeat(rule.maxChars)]);
  if (rule.maxBytes) {
    const inside = '字'.repeat(Math.floor(rule.maxBytes / 3)) + 'a'.repeat(rule.maxBytes % 3);
    cases.push([`${rule.maxBytes} bytes`, `${inside}a`, inside]);
  }
  const item = (index: number) =>
    rule.type === 'texts'
      ? `id.${index}`
      : {
          name: `n${index}`,
          title: `t${index}`,
          msgtype: 'link',
          link: { title: 't', url: 'u' },
          thumb_media_id: 'x',
          content: 'x',
        };
  if (rule.maxItems) {
    const list = Array.from({ length: rule.maxItems + 1 }, (_, index) => item(index));
    cases.push([`${rule.maxItems} items`, list, list.slice(0, -1)]);
  }
  if (rule.min !== undefined) cases.push([`>= ${rule.min}`, rule.min - 1, rule.min]);
  if (rule.max !== undefined) cases.push([`<= ${rule.max}`, rule.max + 1, rule.max]);
  if (rule.name === 'userid')
    cases.push(['64 bytes', 'a'.repeat(65), 'a'.repeat(64)], ['letters', '-a', 'a-']);
  if (rule.name === 'touser' && rule.pattern) cases.push(['1000 ids', 'a|'.repeat(1000), 'a|'.repeat(999)]);
  if (rule.name === 'toparty' || rule.name === 'totag')
    cases.push(['100 ids', '4|'.repeat(100), '4|'.repeat(99)]);
  if (rule.name === 'msgtype') cases.push(['known kinds', 'smoke_signal', 'text']);
  if (rule.name === 'attachments[].msgtype') cases.push(['known kinds', 'smoke_signal', 'link']);
  return cases;
}

const json = ENDPOINTS.filter((endpoint) => !endpoint.multipart && endpoint.token !== 'none');
const boundCases: Case[] = json.flatMap((endpoint) =>
  endpoint.fields.flatMap((rule) =>
    bounds(rule).map(([label, outside, inside]): Case => [
      label,
      endpoint.path,
      outside,
      inside,
      rule.code ?? 40058,
      rule.name,
    ]),
  ),
);
const requiredCases = json.flatMap((endpoint) =>
  endpoint.fields
    .filter((rule) => rule.required !== undefined)
    .map((rule): [string, string, number] => [
      endpoint.path,
      rule.name,
      rule.required === true ? 40063 : (rule.required ?? 0),
    ]),
);
const byPath = (path: string) => ENDPOINTS.find((endpoint) => endpoint.path === path)!;

describe('the rule table', () => {
  it('has each path once and publishes it', () => {
    expect(new Set(sandboxEndpoints.map(({ path }) => path)).size).toBe(sandboxEndpoints.length);
    expect(sandboxEndpoints).toHaveLength(ENDPOINTS.length);
  });

  it.each(boundCases)('holds %s on %s', async (_label, path, outside, inside, code, field) => {
    const endpoint = byPath(path);
    const base = baseFor(path, field);
    expect((await call(endpoint, withValue(base, field, outside))).errcode).toBe(code);
    const answer = await call(endpoint, withValue(base, field, inside));
    // The value passed its own rule; whether such an id exists is another matter.
    if (code === 40003) expect([40003, 60111, 41047, 41060]).toContain(answer.errcode);
    else expect(answer.errcode).not.toBe(code);
  });

  it.each(requiredCases)('%s asks for %s', async (path, field, code) => {
    const endpoint = byPath(path);
    const bare = structuredClone(baseFor(path, field));
    if (field.includes('.')) {
      const answer = await call(endpoint, withValue(bare, field, ''));
      expect(answer.errcode).toBe(code);
      return;
    }
    delete bare[field];
    expect((await call(endpoint, bare)).errcode).toBe(code);
  });

  it.each(json.filter((endpoint) => endpoint.method === 'POST').map((endpoint) => [endpoint.path]))(
    '%s refuses types that do not fit, broken JSON and GET',
    async (path) => {
      const endpoint = byPath(path);
      for (const rule of endpoint.fields.filter(
        (field) => field.type !== 'anything' && !field.name.includes('.'),
      )) {
        const answer = await call(endpoint, {
          ...bodies[path],
          [rule.name]: rule.type === 'integer' ? '1' : 7,
        });
        expect([rule.name, answer.errcode]).toEqual([rule.name, 40058]);
        expect(answer.errmsg).toMatch(/^Warning: wrong json format\. /);
      }
      const short = path.replace('/cgi-bin/', '');
      const secret = endpoint.token === 'assistant' ? client.assistantSecret : undefined;
      for (const broken of ['{', '[]', '', 'null'])
        expect((await client.post(short, broken, secret)).errcode).toBe(40058);
      expect((await client.get(short, {}, secret)).errcode).toBe(40058);
    },
  );

  it.each([
    ['externalcontact/remark', { remark: undefined }, 40063],
    ['externalcontact/add_corp_tag', { group_name: undefined }, 40063],
    ['externalcontact/del_corp_tag', { tag_id: [], group_id: [] }, 41017],
    ['externalcontact/mark_tag', { add_tag: [], remove_tag: [] }, 41017],
    ['externalcontact/send_welcome_msg', { text: undefined }, 40063],
    ['externalcontact/add_msg_template', { text: undefined }, 40063],
    ['externalcontact/add_moment_task', { text: undefined }, 41089],
    ['message/send', { touser: '' }, 82001],
  ])('%s needs one of several fields', async (path, change, code) => {
    const body = { ...bodies[`/cgi-bin/${path}`], ...change };
    expect((await client.post(path, body)).errcode).toBe(code);
  });

  it('keeps the empty collections in refusals', async () => {
    for (const endpoint of json.filter(({ empty }) => empty)) {
      const answer = await client.plain(`${endpoint.path}?access_token=rubbish`, { method: endpoint.method });
      expect(answer).toMatchObject({ errcode: 40014, ...endpoint.empty });
    }
  });
});
