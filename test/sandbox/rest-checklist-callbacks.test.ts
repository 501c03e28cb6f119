import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient, type Answer } from './sandbox-client.js';

let sandbox: Sandbox;
let client: SandboxClient;
let app: CallbackReceiver;
let assistant: CallbackReceiver;
let ann: string;
let bob: string;
let customer: string;
let chatId: string;
let tagId: string;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'silent', size: { customers: 20 }, switches: { groupLagMs: 0 } });
  client = new SandboxClient(sandbox);
  const { events } = sandbox.control;
  const corp = sandbox.control.world().corps[0]!;
  [ann, bob] = corp.staff.map((staff) => staff.userId) as [string, string];
  customer = events.addCustomer({ userId: ann }).externalUserId;
  chatId = events.createGroup({ ownerUserId: ann }).chatId;
  tagId = corp.tagGroups[0]!.tags[0]!.tagId;
  app = await CallbackReceiver.start();
  assistant = await CallbackReceiver.start();
  await sandbox.control.saveCallback({ place: 'app', ...app.form });
  await sandbox.control.saveCallback({ place: 'assistant', ...assistant.form });
});
afterEach(closeAll);

const pair = () => ({ userid: ann, external_userid: customer });
const call = (path: string, body: object) => client.post(`externalcontact/${path}`, body);
const arrived = async () => {
  await sandbox.control.whenDelivered();
  return app.received.map((_, index) =>
    ['Event', 'ChangeType', 'UpdateDetail']
      .map((name) => app.field(index, name) ?? '')
      .join(' ')
      .trim(),
  );
};

/** Each change that both the API and people can make: by API, by people, and the event of the latter. */
const CHANGES: [name: string, byApi: () => Promise<Answer>, byPeople: () => unknown, event: string][] = [
  [
    'a remark',
    () => call('remark', { ...pair(), remark: '老客户' }),
    () => sandbox.control.events.editRemark({ userId: ann, externalUserId: customer, remark: '常客' }),
    'change_external_contact edit_external_contact',
  ],
  [
    'the tags of a customer',
    () => call('mark_tag', { ...pair(), add_tag: [tagId] }),
    () => sandbox.control.events.editTags({ userId: ann, externalUserId: customer, removeTagIds: [tagId] }),
    'change_external_contact edit_external_contact',
  ],
  [
    'a new tag group',
    () => call('add_corp_tag', { group_name: '节日', tag: [{ name: '中秋' }] }),
    () => sandbox.control.events.createTagGroup({ name: '季节', tags: ['春'] }),
    'change_external_tag create',
  ],
  [
    'the owner of a group',
    () => call('groupchat/onjob_transfer', { chat_id_list: [chatId], new_owner: bob }),
    () => sandbox.control.events.changeOwner({ chatId, ownerUserId: ann }),
    'change_external_chat update change_owner',
  ],
];

describe('rest-api.md section 6, line 10: callbacks', () => {
  it.each(CHANGES)('"API-made changes do not produce callbacks at all": %s', async (_name, byApi) => {
    const answer = await byApi();
    expect(answer).toMatchObject({ errcode: 0 });
    expect(answer['failed_chat_list'] ?? []).toEqual([]);
    expect(await arrived()).toEqual([]);
    expect(assistant.received).toEqual([]);
  });

  it.each(CHANGES)(
    '"the same changes made in clients or in the console do": %s',
    async (_name, byApi, byPeople, event) => {
      await byApi();
      byPeople();
      expect((await arrived())[0]).toBe(event);
    },
  );

  it('"API-made changes do not produce callbacks at all": tags renamed and deleted, work handed to members', async () => {
    const made = await call('add_corp_tag', { group_name: '节日', tag: [{ name: '中秋' }] });
    const { tag, group_id } = made['tag_group'];
    const silent = [
      await call('edit_corp_tag', { id: tag[0].id, name: '端午' }),
      await call('del_corp_tag', { group_id: [group_id] }),
      await call('add_msg_template', { external_userid: [customer], text: { content: '您好' } }),
      await call('add_moment_task', { text: { content: '上新' } }),
      await call('transfer_customer', {
        handover_userid: ann,
        takeover_userid: bob,
        external_userid: [customer],
      }),
    ];
    expect(silent.map(({ errcode }) => errcode)).toEqual([0, 0, 0, 0, 0]);
    expect(await arrived()).toEqual([]);
  });
});
