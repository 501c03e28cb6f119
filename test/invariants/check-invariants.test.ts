import { Client } from 'pg';
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

it('does not take an empty corp for one in which the laws hold', async () => {
  const verdicts = await checkLaws(reader, [], laws);
  expect(verdicts.some(isShown)).toBe(false);
  expect(verdicts.some(holds)).toBe(false);
});
