import { Client } from 'pg';
import { checkInvariants } from '../../src/cli/check-invariants.js';
import { checkLaws, holds, isShown, plantViolations } from '../../src/invariants/check-laws.js';
import { laws } from '../../src/invariants/laws.js';
import { Workload } from '../../src/invariants/workload.js';
import { parsePublicId } from '../../src/platform/context/typed-id.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import {
  connectCorp,
  startTestApplication,
  type TestApplication,
  whenSynced,
} from '../support/application.js';
import { createTestDatabase } from '../support/database.js';
import { testClusterUrl } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';

const WORK_MS = 3_000;
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

let test: TestApplication;
let reader: Client;
let superuser: Client;
let corpId: CorpId;

beforeAll(async () => {
  test = await startTestApplication({ size: { staff: 4, customers: 60, groupChats: 0 } });
  const corp = await connectCorp(test);
  await whenSynced(corp.client);
  corpId = parsePublicId('corp', corp.id) as CorpId;
  reader = new Client({ connectionString: test.database.appUrl });
  const url = new URL(await testClusterUrl());
  url.pathname = `/${test.database.name}`;
  superuser = new Client({ connectionString: url.toString() });
  for (const client of [reader, superuser]) await client.connect();
  process.stderr.write(`workload: SEED=${seed}\n`);
  await new Workload({ app: test.application.app, url: test.url, key: corp.key, corpId }, seed).run(WORK_MS);
}, 120_000);
afterAll(async () => {
  for (const client of [reader, superuser]) await client.end();
  await test.close();
});

it('holds all laws after any traffic, and shows each', async () => {
  await eventually(async () => {
    const verdicts = await checkLaws(reader, [corpId], laws);
    const faults = verdicts.filter((verdict) => !holds(verdict));
    expect(faults.map(({ law, rows, broken, place }) => ({ law: law.id, rows, broken, place }))).toEqual([]);
    expect(verdicts.every(isShown)).toBe(true);
  }, 20_000);
}, 60_000);

it('finds a violation of each that is planted', async () => {
  const results = await plantViolations(superuser, corpId, laws);
  expect(results.filter(({ found }) => !found).map(({ law }) => law.id)).toEqual([]);
  expect(results).toHaveLength(laws.length);
}, 60_000);

it('says so on the command line, and takes no empty database for one in which the laws hold', async () => {
  const run = async (databaseUrl: string) => {
    const lines: string[] = [];
    const code = await checkInvariants([], { DATABASE_URL: databaseUrl }, (line) => lines.push(line));
    return { code, text: lines.join('\n') };
  };
  const whole = await run(test.database.appUrl);
  expect(whole.text).toContain(`${laws.length} of ${laws.length} laws are shown and hold`);
  expect(whole.code).toBe(0);
  await superuser.query('UPDATE loyalty.accounts SET earned_total = earned_total, posted = posted + 1');
  const broken = await run(test.database.appUrl);
  await superuser.query('UPDATE loyalty.accounts SET posted = posted - 1');
  expect(broken.text).toMatch(/BROKEN {4}不成立 {2}P-1 /);
  expect(broken.code).toBe(1);
  const empty = await createTestDatabase();
  const nothing = await run(empty.appUrl);
  await empty.drop();
  expect(nothing.text).toContain('not shown 未验证');
  expect(nothing.code).toBe(1);
  expect(await checkInvariants(['--seconds', 'many'], {}, () => undefined)).toBe(2);
});
