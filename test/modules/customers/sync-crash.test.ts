import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { parsePublicId } from '../../../src/platform/context/typed-id.js';
import { SandboxClient } from '../../sandbox/sandbox-client.js';
import { clientFor, connectCorp } from '../../support/application.js';
import { startTestProcess, type TestProcess } from '../../support/child-process.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

jest.setTimeout(60_000); // real processes start slowly on a busy machine

const APPLICATION = 'test/support/processes/syncing-application.ts';
let database: TestDatabase;
let sandbox: Sandbox;
let wecom: SandboxClient;
let owner: Client;
let corpId: string;
let running: TestProcess | undefined;
const masterKeys = `test:${randomBytes(32).toString('base64')}`;
const pages: { userId: string; start: boolean }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  sandbox = await startSandbox({ seed: 'crash', size: { staff: 2, customers: 0, groupChats: 0 } });
  wecom = new SandboxClient(sandbox);
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await running?.kill();
  await owner.end();
  await sandbox.close();
  await database.drop();
});

async function startApplicationProcess(env: Record<string, string> = {}) {
  const child = startTestProcess(APPLICATION, {
    DATABASE_URL: database.appUrl,
    WECOM_API_BASE_URL: sandbox.url,
    MASTER_KEYS: masterKeys,
    LOG_LEVEL: 'warn',
    ...env,
  });
  running = child;
  child.process.on('message', (message: { type: string; userIds: string[]; start: boolean }) => {
    if (message.type === 'page') pages.push({ userId: message.userIds.join(), start: message.start });
  });
  const { url, key } = (await child.message('ready')) as unknown as { url: string; key: string };
  return { child, url, key };
}

async function customersOf(userId: string): Promise<string[]> {
  const answer = await wecom.get('externalcontact/list', { userid: userId });
  return answer['external_userid'].map((id: string) => `${id} ${userId}`);
}

/** Behind the tenant wall. */
async function held(sql: string): Promise<string[]> {
  await owner.query(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
  return (await owner.query<{ value: string }>(sql)).rows.map(({ value }) => value).sort();
}
const heldRelations = () =>
  held(`SELECT c.external_user_id || ' ' || r.staff_user_id AS value FROM customers.follow_relations r
          JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id WHERE r.ended_at IS NULL`);
const syncs = () =>
  held(`SELECT state || ' ' || coalesce(result->>'inserted', '') || ' ' || coalesce(result->>'changed', '') AS value
          FROM platform.operations WHERE kind = 'customers.sync'`);

it('goes on after kill -9 in the middle of a first sync and reads no finished page again', async () => {
  const [many = '', few = ''] = (await wecom.get('externalcontact/get_follow_user_list'))['follow_user'];
  for (let i = 0; i < 250; i++) sandbox.control.events.addCustomer({ userId: many, silent: true });
  for (let i = 0; i < 30; i++) sandbox.control.events.addCustomer({ userId: few, silent: true });
  const first = await startApplicationProcess({ HANG_AT_SECOND_PAGE: 'yes' });
  const corp = await connectCorp({ url: first.url, sandbox, operator: clientFor(first.url, first.key) });
  corpId = parsePublicId('corp', corp.id) ?? '';
  await first.child.message('hangs');
  await first.child.kill();
  expect(await syncs()).toEqual(['running  ']);
  expect(await heldRelations()).toHaveLength(130); // the first page of both

  await startApplicationProcess();
  await eventually(async () => expect(await syncs()).toEqual(['succeeded 280 0']), 20_000);
  expect(await heldRelations()).toEqual([...(await customersOf(many)), ...(await customersOf(few))].sort());
  expect(pages.filter(({ start }) => start).map(({ userId }) => userId).sort()).toEqual([few, many].sort()); // prettier-ignore
  expect(pages.filter(({ start }) => !start)).toHaveLength(3); // the second page twice, the third once
});

it('is repaired by the timer of a running process: lost events by the daily sync, personal tags by the walk', async () => {
  const [userId = ''] = (await wecom.get('externalcontact/get_follow_user_list'))['follow_user'];
  for (const pair of await heldRelations()) {
    const [externalUserId = '', staff = ''] = pair.split(' ');
    const edit = { userId: staff, externalUserId, addPersonalTags: ['老客户'], silent: true };
    sandbox.control.events.editTags(edit);
  }
  const { externalUserId } = sandbox.control.events.addCustomer({ userId, silent: true });
  await owner.query('DELETE FROM platform.schedule_slots'); // the next day, and the next minute
  await eventually(async () => {
    expect(await heldRelations()).toContain(`${externalUserId} ${userId}`);
    const tags = await held(`SELECT tag AS value FROM customers.relation_tags WHERE kind = 'personal'`);
    expect(tags).toContain('老客户');
  }, 20_000);
});
