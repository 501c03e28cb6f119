import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { BlindIndex } from '../../../src/platform/crypto/blind-index.js';
import { registerEncryptedColumn } from '../../../src/platform/crypto/encrypted-columns.js';
import { type EnvelopePlace, Envelopes, keyIdOf } from '../../../src/platform/crypto/envelopes.js';
import { KeyChecks } from '../../../src/platform/crypto/key-checks.js';
import { MasterKeys } from '../../../src/platform/crypto/master-keys.js';
import { rotateMasterKeys } from '../../../src/platform/crypto/rotate-master-keys.js';
import { Database } from '../../../src/platform/database/database.js';
import { APP_ROLE } from '../../../src/platform/database/role-names.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { testMasterKey, testMasterKeys } from '../../support/master-keys.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const CORP_A = '00000000-0000-7000-8000-00000000000a' as CorpId;
const CORP_B = '00000000-0000-7000-8000-00000000000b' as CorpId;
const ROWS = 1_200;
const OLD = testMasterKey('old', 'o');
const NEW = testMasterKey('new', 'n');

const normalise = (phone: string) => phone.replace(/\D/g, '');
registerEncryptedColumn({
  table: 'platform.probe',
  column: 'phone_sealed',
  rowId: 'id',
  blindIndex: { column: 'phone_index', normalise },
});
registerEncryptedColumn({ table: 'platform.probe', column: 'note_sealed', rowId: 'id' });

let platform: TestPlatform;
let unit: UnitOfWork;
let db: Database;

/** What a process that was started with these keys uses. */
function processWith(...keys: string[]) {
  const masterKeys = testMasterKeys(...keys);
  return {
    masterKeys,
    envelopes: new Envelopes(masterKeys),
    index: new BlindIndex(masterKeys, unit),
    checks: new KeyChecks(unit, db, masterKeys),
  };
}
type Serving = ReturnType<typeof processWith>;

const placeOf = (corpId: string, column: string, id: number): EnvelopePlace => ({
  corpId,
  table: 'platform.probe',
  column,
  rowId: String(id),
});
const phoneOf = (id: number) => `+86 138-${String(id).padStart(8, '0')}`;

async function write(serving: Serving, corp: CorpId, id: number, phone = phoneOf(id)): Promise<void> {
  await unit.run(corp, () =>
    db.execute(
      `INSERT INTO platform.probe (corp_id, id, phone_sealed, phone_index, note_sealed) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (corp_id, id) DO UPDATE SET phone_sealed = excluded.phone_sealed, phone_index = excluded.phone_index`,
      [
        corp,
        id,
        serving.envelopes.seal(phone, placeOf(corp, 'phone_sealed', id)),
        serving.index.current(normalise(phone)),
        id % 2 ? serving.envelopes.seal(`note ${id}`, placeOf(corp, 'note_sealed', id)) : null,
      ],
    ),
  );
}

/** Finds the row by its phone number and opens it: fails when either is not possible. */
async function find(serving: Serving, corp: CorpId, id: number): Promise<void> {
  const rows = await unit.read(corp, () =>
    db.query<{ id: number; phone_sealed: string }>(
      'SELECT id, phone_sealed FROM platform.probe WHERE corp_id = $1 AND phone_index = ANY ($2)',
      [corp, serving.index.of(normalise(phoneOf(id)))],
    ),
  );
  expect(rows.map((row) => row.id)).toEqual([id]);
  expect(serving.envelopes.open(rows[0]?.phone_sealed ?? '', placeOf(corp, 'phone_sealed', id))).toBe(
    phoneOf(id),
  );
}

async function owner(sql: string): Promise<void> {
  const client = new Client({ connectionString: platform.database.ownerUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

const rotate = (masterKeys: MasterKeys, lines: string[] = []) =>
  rotateMasterKeys({ databaseUrl: platform.database.appUrl, masterKeys, print: (line) => lines.push(line) });

const keyIdsInUse = async (): Promise<string[]> => {
  const ids = new Set<string>();
  for (const corp of [CORP_A, CORP_B]) {
    const rows = await unit.read(corp, () =>
      db.query<{ sealed: string }>(
        `SELECT phone_sealed AS sealed FROM platform.probe UNION ALL SELECT phone_index FROM platform.probe
         UNION ALL SELECT note_sealed FROM platform.probe WHERE note_sealed IS NOT NULL`,
      ),
    );
    for (const { sealed } of rows) ids.add(keyIdOf(sealed) ?? sealed.split('.')[0] ?? '');
  }
  return [...ids].sort();
};

beforeAll(async () => {
  platform = await startTestPlatform();
  unit = platform.get(UnitOfWork);
  db = platform.get(Database);
  await owner(`
    CREATE TABLE platform.probe (corp_id uuid NOT NULL, id bigint NOT NULL, phone_sealed text NOT NULL,
      phone_index text NOT NULL, note_sealed text, PRIMARY KEY (corp_id, id));
    ALTER TABLE platform.probe ENABLE ROW LEVEL SECURITY;
    ALTER TABLE platform.probe FORCE ROW LEVEL SECURITY;
    CREATE POLICY corp_wall ON platform.probe
      USING (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid)
      WITH CHECK (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid);
    GRANT SELECT, INSERT, UPDATE, DELETE ON platform.probe TO ${APP_ROLE};
    INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
    SELECT id::uuid, 'ww' || id, 'Test', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now()
      FROM unnest(ARRAY['${CORP_A}', '${CORP_B}']) AS id;
  `);
});

afterAll(async () => platform.close());

beforeEach(async () => {
  for (const corp of [CORP_A, CORP_B]) await unit.run(corp, () => db.execute('DELETE FROM platform.probe'));
  await owner('DELETE FROM platform.key_checks');
});

describe('blind index', () => {
  it('finds a value under each live key, newest first, and differs between corps', async () => {
    const before = processWith(OLD);
    const during = processWith(NEW, OLD);
    const [newest, oldest] = await unit.read(CORP_A, async () => during.index.of('13800000001'));
    expect(newest).toMatch(/^new\.[\w-]{22}$/);
    expect(oldest).toBe(await unit.read(CORP_A, async () => before.index.current('13800000001')));
    expect(oldest).not.toBe(await unit.read(CORP_B, async () => before.index.current('13800000001')));
    expect(() => before.index.of('13800000001')).toThrow('no unit of work is open');
  });
});

describe('check of the keys at start', () => {
  it('accepts the same keys again, a further key, and three processes at once', async () => {
    await Promise.all([1, 2, 3].map(() => processWith(OLD).checks.verify()));
    await processWith(NEW, OLD).checks.verify();
    await expect(processWith(OLD, NEW).checks.onModuleInit()).resolves.toBeUndefined();
  });

  it('refuses another key under a known id', async () => {
    await processWith(OLD).checks.verify();
    const impostor = processWith(testMasterKey('old', 'x'));
    await expect(impostor.checks.verify()).rejects.toThrow(/another key under the id "old"/);
  });

  it('refuses a dump restored without its key, whichever column holds the last envelope', async () => {
    const before = processWith(OLD);
    await before.checks.verify();
    await write(before, CORP_B, 1);
    await expect(processWith(NEW).checks.verify()).rejects.toThrow(
      /sealed with key "old" \(platform\.probe\.phone_sealed\), which MASTER_KEYS does not hold[^]*密钥 "old"/,
    );
    await write(processWith(NEW), CORP_B, 1);
    await expect(processWith(NEW).checks.verify()).rejects.toThrow(/probe\.note_sealed/);
  });

  it('forgets a key that is given no more and seals nothing', async () => {
    await processWith(NEW, OLD).checks.verify();
    await processWith(NEW).checks.verify();
    const rows = await unit.read(undefined, () => db.query('SELECT key_id FROM platform.key_checks'));
    expect(rows).toEqual([{ key_id: 'new' }]);
  });
});

describe('rotation of the master keys', () => {
  it('seals everything anew while processes read and write, after which the old key is not needed', async () => {
    const before = processWith(OLD);
    await before.checks.verify();
    for (const corp of [CORP_A, CORP_B]) {
      for (let id = 1; id <= ROWS; id += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, offset) => write(before, corp, id + offset)));
      }
    }
    const serving = processWith(NEW, OLD);
    await serving.checks.verify();

    let rotating = true;
    let reads = 0;
    let writes = 0;
    const traffic = [CORP_A, CORP_B].flatMap((corp, worker) => [
      (async () => {
        for (let id = worker; rotating; id = (id * 31 + 7) % ROWS) {
          await find(serving, corp, id + 1);
          reads++;
        }
      })(),
      (async () => {
        for (let id = worker; rotating; id = (id * 17 + 3) % ROWS) {
          await write(serving, corp, id + 1);
          await write(serving, corp, ROWS + 1 + (id % 10));
          writes += 2;
        }
      })(),
    ]);
    const lines: string[] = [];
    const result = await rotate(serving.masterKeys, lines).finally(() => (rotating = false));
    await Promise.all(traffic);

    expect(reads).toBeGreaterThan(10);
    expect(writes).toBeGreaterThan(10);
    expect(result).toMatchObject({ damaged: 0, unusedKeyIds: ['old'] });
    expect(result.resealed).toBeGreaterThan(ROWS * 2);
    expect(lines.at(-1)).toMatch(/^Key "old" is no longer used/);
    expect(await keyIdsInUse()).toEqual(['new']);

    const after = processWith(NEW);
    await after.checks.verify();
    for (let id = 1; id <= ROWS; id += 37) await find(after, CORP_A, id);
    expect(await rotate(after.masterKeys)).toEqual({ resealed: 0, damaged: 0, unusedKeyIds: [] });
  }, 60_000);

  it('goes on where a stopped one ended, and waits for a row that is in use', async () => {
    const before = processWith(OLD);
    await before.checks.verify();
    for (let id = 1; id <= 20; id++) await write(before, CORP_A, id);
    const serving = processWith(NEW, OLD);
    await serving.checks.verify();
    const stop = (line: string) => {
      if (line.startsWith('20 sealed anew')) throw new Error('stopped');
    };
    await expect(
      rotateMasterKeys({
        databaseUrl: platform.database.appUrl,
        masterKeys: serving.masterKeys,
        print: stop,
      }),
    ).rejects.toThrow('stopped');
    expect(await keyIdsInUse()).toEqual(['new', 'old']);

    let rotation: Promise<Awaited<ReturnType<typeof rotate>>> | undefined;
    await unit.run(CORP_A, async () => {
      await db.query('SELECT 1 FROM platform.probe WHERE id = 3 FOR UPDATE');
      rotation = rotate(serving.masterKeys);
      await sleep(300);
    });
    expect(await rotation).toMatchObject({ resealed: 10, unusedKeyIds: ['old'] });
    expect(await keyIdsInUse()).toEqual(['new']);
  });

  it('names a damaged envelope, leaves it and keeps its key', async () => {
    const before = processWith(OLD);
    await before.checks.verify();
    await write(before, CORP_A, 2);
    await write(before, CORP_A, 4);
    await unit.run(CORP_A, () =>
      db.execute(
        `UPDATE platform.probe SET phone_sealed = (SELECT phone_sealed FROM platform.probe WHERE id = 4) WHERE id = 2`,
      ),
    );
    const serving = processWith(NEW, OLD);
    await serving.checks.verify();
    const lines: string[] = [];
    expect(await rotate(serving.masterKeys, lines)).toEqual({ resealed: 1, damaged: 1, unusedKeyIds: [] });
    expect(lines.filter((line) => line.includes('platform.probe.phone_sealed, row 2, corp'))).toHaveLength(1);
    expect(lines.join('\n')).not.toContain('138');
  });

  it('is refused before any process holds the new key, and without a key that is needed', async () => {
    const before = processWith(OLD);
    await before.checks.verify();
    await write(before, CORP_A, 1);
    const during = processWith(NEW, OLD);
    await expect(rotate(during.masterKeys)).rejects.toThrow(/restart all of them[^]*重启/);
    await during.checks.verify();
    await expect(rotate(testMasterKeys(NEW))).rejects.toThrow(/sealed with key "old"/);
  });
});
