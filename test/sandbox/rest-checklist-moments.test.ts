import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const START = Date.parse('2026-03-02T08:00:00Z');
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(20)]);

let sandbox: Sandbox;
let client: SandboxClient;
let ann: string;
let bob: string;
const spring = { text: { content: '春季新品上线' } };

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'moments', size: { customers: 20 }, clock: () => START });
  client = new SandboxClient(sandbox);
  [ann, bob] = sandbox.control.world().corps[0]!.staff.map((staff) => staff.userId) as [string, string];
});
afterEach(closeAll);

const pass = (ms: number) => {
  sandbox.control.advanceClock({ ms });
  client.forgetTokens();
};
const call = (path: string, body: object) => client.post(`externalcontact/${path}`, body);
const create = (body: object = {}) => call('add_moment_task', { ...spring, ...body });
const result = (jobid: string) => client.get('externalcontact/get_moment_task_result', { jobid });
/** Creates it and waits until its job is done. */
async function made(body: object = {}): Promise<string> {
  const { jobid } = await create(body);
  pass(2000);
  return (await result(jobid))['result'].moment_id;
}
const to = (...userIds: string[]) => ({ visible_range: { sender_list: { user_list: userIds } } });
const publish = (momentId: string, userId = ann) =>
  sandbox.control.events.publishMoment({ momentId, userId });
const seen = async (moment_id: string, path = 'get_moment_send_result') =>
  (await call(path, { moment_id, userid: ann }))['customer_list'];

describe('rest-api.md section 6, line 6: moments', () => {
  it('"async job status 1 → 2 → 3"', async () => {
    const { jobid, errcode } = await create(to(ann, 'ghost'));
    expect(errcode).toBe(0);
    expect(await result(jobid)).toMatchObject({ errcode: 0, status: 1, type: 'add_moment_task' });
    pass(999);
    expect((await result(jobid))['status']).toBe(1);
    pass(1);
    expect(await result(jobid)).toEqual({ errcode: 0, errmsg: 'ok', status: 2, type: 'add_moment_task' });
    pass(1000);
    expect(await result(jobid)).toMatchObject({
      status: 3,
      result: {
        errcode: 0,
        moment_id: expect.stringMatching(/^mom/),
        invalid_sender_list: { user_list: ['ghost'], department_list: [] },
        invalid_external_contact_list: { tag_list: [] },
      },
    });
    pass(86_400_000);
    expect((await result(jobid)).errcode).toBe(40089);
    expect((await result('jobNone')).errcode).toBe(40088);
  });
});

describe('moments (pages 95094, 97612, 93333)', () => {
  it('are published by members one by one; until then nobody sees them', async () => {
    const moment_id = await made(to(ann, bob));
    const tasks = async () => (await call('get_moment_task', { moment_id }))['task_list'];
    expect(await tasks()).toEqual([ann, bob].map((userid) => ({ userid, publish_status: 0 })));
    const early = await call('get_moment_send_result', { moment_id, userid: ann });
    expect(early).toMatchObject({ errcode: 41062, customer_list: [] });
    publish(moment_id);
    expect(await tasks()).toEqual([
      { userid: ann, publish_status: 1 },
      { userid: bob, publish_status: 0 },
    ]);
    const { customers } = sandbox.control.world().corps[0]!.staff[0]!;
    expect(await seen(moment_id)).toHaveLength(customers);
    expect((await seen(moment_id, 'get_moment_customer_list'))[0]).toEqual({
      userid: ann,
      external_userid: (await seen(moment_id))[0].external_userid,
    });
    const outside = await call('get_moment_send_result', { moment_id, userid: 'ghost' });
    expect(outside.errcode).toBe(41061);
  });

  it('reach the customers of a tag only, and name tags that do not exist', async () => {
    const { tagId } = sandbox.control.world().corps[0]!.tagGroups[0]!.tags[0]!;
    const strategy = sandbox.control.events.createTag({
      groupId: sandbox.control.world().corps[0]!.tagGroups[0]!.groupId,
      name: '规则',
      strategyId: 1,
    });
    const externalUserId = sandbox.control.events.addCustomer({ userId: ann }).externalUserId;
    sandbox.control.events.editTags({ userId: ann, externalUserId, addTagIds: [tagId] });
    const range = (tag_list: string[]) => ({
      visible_range: { sender_list: { user_list: [ann] }, external_contact_list: { tag_list } },
    });
    const { jobid } = await create(range([tagId, 'etNone', strategy.tagId]));
    pass(2000);
    const { result: done } = await result(jobid);
    expect(done.invalid_external_contact_list.tag_list).toEqual(['etNone', strategy.tagId]);
    publish(done.moment_id);
    const ids = (await seen(done.moment_id)).map((item: any) => item.external_userid);
    expect(ids).toContain(externalUserId);
    expect(ids.length).toBeLessThan(sandbox.control.world().corps[0]!.staff[0]!.customers);
    const nobody = await create(range(['etNone']));
    pass(2000);
    expect((await result(nobody['jobid']))['result'].errcode).toBe(41048);
  });

  it('take media of upload_attachment for moments only, of one kind', async () => {
    const upload = async (path: string) => (await client.upload(path, PNG))['media_id'];
    const image = (media_id: string) => ({ msgtype: 'image', image: { media_id } });
    const own = image(await upload('media/upload_attachment?media_type=image&attachment_type=1'));
    const album = image(await upload('media/upload_attachment?media_type=image&attachment_type=2'));
    const plain = image(await upload('media/upload?type=image'));
    const code = async (...attachments: object[]) => (await create({ attachments })).errcode;
    expect(await code(own)).toBe(0);
    expect(await code(plain)).toBe(40007);
    expect(await code(album)).toBe(41072);
    const link = {
      msgtype: 'link',
      link: { title: 't', url: 'https://example.com', media_id: own.image.media_id },
    };
    expect(await code(link)).toBe(0);
    expect(await code(own, link)).toBe(40058);
    expect(await code(link, link)).toBe(40058);
    expect(await code({ msgtype: 'video', video: {} })).toBe(40058);
  });

  it('allow 10 creations a minute and 100 000 a month', async () => {
    for (let moment = 0; moment < 10; moment += 1) expect((await create()).errcode).toBe(0);
    expect((await create()).errcode).toBe(45009);
    pass(60_000);
    sandbox.control.setSwitches({ momentsPerMonth: 10 });
    expect((await create()).errcode).toBe(41210);
    pass(31 * 86_400_000);
    expect((await create()).errcode).toBe(0);
  });

  it('are listed with personal ones, and not after they were deleted', async () => {
    const moment_id = await made(to(ann));
    const own = sandbox.control.events.postOwnMoment({ userId: bob, text: '开张' }).momentId;
    const list = async (body: object = {}) => {
      const start = START / 1000;
      const answer = await call('get_moment_list', { start_time: start - 1, end_time: start + 9, ...body });
      return answer.errcode === 0 ? answer['moment_list'] : answer.errcode;
    };
    expect(await list()).toEqual([
      { moment_id, create_time: START / 1000, create_type: 0, visible_type: 1, ...spring },
      expect.objectContaining({ moment_id: own, creator: bob, create_type: 1 }),
    ]);
    expect(await list({ filter_type: 1 })).toHaveLength(1);
    expect(await list({ limit: 1 })).toHaveLength(1);
    expect(await list({ limit: 21 })).toHaveLength(2);
    expect(await list({ start_time: START / 1000 })).toHaveLength(1);
    expect(await list({ end_time: START / 1000 + 31 * 86_400 })).toBe(40058);
    expect((await call('get_moment_task', { moment_id: own })).errcode).toBe(41067);
    sandbox.control.events.deleteMoment({ momentId: moment_id });
    expect(await list()).toHaveLength(1);
    expect((await call('get_moment_task', { moment_id })).errcode).toBe(41060);
  });

  it('can be cancelled for those who have not published, and make no callback at any step', async () => {
    const receiver = await CallbackReceiver.start();
    await sandbox.control.saveCallback({ place: 'app', ...receiver.form });
    const moment_id = await made(to(ann, bob));
    publish(moment_id);
    expect((await call('cancel_moment_task', { moment_id })).errcode).toBe(0);
    expect(() => publish(moment_id, bob)).toThrow(/cancelled/);
    const externalUserId = (await seen(moment_id))[0].external_userid;
    const react = (kind: 'comment' | 'like') =>
      sandbox.control.events.reactToMoment({ momentId: moment_id, userId: ann, externalUserId, kind });
    react('like');
    react('comment');
    const item = { external_userid: externalUserId, create_time: START / 1000 + 2 };
    const comments = await call('get_moment_comments', { moment_id, userid: ann });
    expect(comments).toMatchObject({ comment_list: [item], like_list: [item] });
    await sandbox.control.whenDelivered();
    expect(receiver.received).toEqual([]);
  });
});
