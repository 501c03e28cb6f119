import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { APP_ROLE } from '../../../src/platform/database/role-names.js';
import { assertAppRole, findRoleFaults } from '../../../src/platform/database/app-role.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { DataSource } from 'typeorm';
import { eventually } from '../../support/eventually.js';
import { startTestPlatform, type TestPlatform } from '../../support/platform.js';

const CORP_A = '00000000-0000-7000-8000-00000000000a' as CorpId;
const CORP_B = '00000000-0000-7000-8000-00000000000b' as CorpId;

let platform: TestPlatform;
let unit: UnitOfWork;
let db: Database;

beforeAll(async () => {
  platform = await startTestPlatform();
  unit = platform.get(UnitOfWork);
  db = platform.get(Database);
  const owner = new Client({ connectionString: platform.database.ownerUrl });
  await owner.connect();
  await owner.query(`
    CREATE TABLE platform.probe (corp_id uuid NOT NULL, id int NOT NULL, used int NOT NULL DEFAULT 0,
      PRIMARY KEY (corp_id, id), CHECK (used <= 5));
    ALTER TABLE platform.probe ENABLE ROW LEVEL SECURITY;
    ALTER TABLE platform.probe FORCE ROW LEVEL SECURITY;
    CREATE POLICY corp_wall ON platform.probe
      USING (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid)
      WITH CHECK (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid);
    GRANT SELECT, INSERT, UPDATE, DELETE ON platform.probe TO ${APP_ROLE};
    CREATE SEQUENCE platform.probe_attempts;
    GRANT USAGE ON platform.probe_attempts TO ${APP_ROLE};
  `);
  await owner.end();
});

afterAll(async () => platform.close());

beforeEach(async () => {
  for (const corp of [CORP_A, CORP_B]) {
    await unit.run(corp, async () => {
      await db.query('DELETE FROM platform.probe');
      await db.query('INSERT INTO platform.probe (corp_id, id) VALUES ($1, 1), ($1, 2)', [corp]);
    });
  }
});

const usedOf = (corp: CorpId, id = 1) =>
  unit.read(
    corp,
    async () => (await db.one<{ used: number }>('SELECT used FROM platform.probe WHERE id = $1', [id])).used,
  );

/** PostgreSQL counts them; the figure arrives some hundred milliseconds later. */
const deadlocks = () =>
  unit.read(
    undefined,
    async () =>
      (
        await db.one<{ count: number }>(
          'SELECT deadlocks::int AS count FROM pg_stat_database WHERE datname = current_database()',
        )
      ).count,
  );

describe('unit of work', () => {
  it('holds locks no longer than a process can still wait for them', async () => {
    const settings = await unit.read(undefined, () =>
      db.one(`SELECT current_setting('statement_timeout') AS statement,
                     current_setting('idle_in_transaction_session_timeout') AS idle`),
    );
    expect(settings).toEqual({ statement: '130s', idle: '1min' });
  });

  it('commits what the work wrote and rolls back what a failing work wrote', async () => {
    await unit.run(CORP_A, () => db.query('UPDATE platform.probe SET used = 1 WHERE id = 1'));
    await expect(
      unit.run(CORP_A, async () => {
        await db.query('UPDATE platform.probe SET used = 2 WHERE id = 1');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await usedOf(CORP_A)).toBe(1);
  });

  it('joins the open transaction when nested', async () => {
    const ids = await unit.run(CORP_A, async () => {
      const outer = await db.one<{ id: string }>('SELECT txid_current()::text AS id');
      const inner = await unit.run(CORP_A, () => db.one<{ id: string }>('SELECT txid_current()::text AS id'));
      return [outer.id, inner.id];
    });
    expect(ids[0]).toBe(ids[1]);
  });

  it('keeps a nested TypeORM transaction inside: it neither commits early nor loses the corp', async () => {
    await expect(
      unit.run(CORP_A, async () => {
        await db.manager.transaction((manager) =>
          manager.query('UPDATE platform.probe SET used = 3 WHERE id = 1'),
        );
        expect(await db.query('SELECT 1 FROM platform.probe')).toHaveLength(2);
        throw new Error('undo');
      }),
    ).rejects.toThrow('undo');
    expect(await usedOf(CORP_A)).toBe(0);
  });

  it('refuses database access outside a unit, in an ended unit and for another corp inside', async () => {
    await expect(db.query('SELECT 1')).rejects.toThrow('no unit of work is open');
    let escaped: Promise<unknown> = Promise.resolve();
    await unit.run(CORP_A, async () => {
      escaped = sleep(50).then(() => db.query('SELECT 1'));
      escaped.catch(() => undefined);
    });
    await expect(escaped).rejects.toThrow('has ended');
    await expect(unit.run(CORP_A, () => unit.run(CORP_B, async () => 1))).rejects.toThrow('another corp');
  });

  it('lets a read unit neither write nor become a write', async () => {
    await expect(
      unit.read(CORP_A, () => db.query('UPDATE platform.probe SET used = 1')),
    ).rejects.toMatchObject({
      code: '25006',
    });
    await expect(unit.read(CORP_A, () => unit.run(CORP_A, async () => 1))).rejects.toThrow('only reads');
  });

  it('forgets that it only reads when the next unit gets its connection', async () => {
    const single = new DataSource({ type: 'postgres', url: platform.database.appUrl, extra: { max: 1 } });
    await single.initialize();
    const alone = new UnitOfWork(single);
    for (let turn = 0; turn < 3; turn++) {
      await expect(
        alone.read(CORP_A, () => db.query('UPDATE platform.probe SET used = 9')),
      ).rejects.toMatchObject({ code: '25006' });
      await alone.read(CORP_A, () => db.query('SELECT 1 FROM platform.probe'));
      expect(await alone.run(CORP_A, () => db.execute('UPDATE platform.probe SET used = 1'))).toBe(2);
    }
    await single.destroy();
  });

  it('keeps no connection between the statements of a unit that only reads', async () => {
    const single = new DataSource({ type: 'postgres', url: platform.database.appUrl, extra: { max: 1 } });
    await single.initialize();
    const alone = new UnitOfWork(single);
    await alone.read(CORP_A, async () => {
      await db.query('SELECT 1');
      expect(await sleep(1).then(() => single.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
      await db.query('SELECT 1');
    });
    await single.destroy();
  });

  it('has no manager and no hooks before a commit in a unit that only reads', async () => {
    await expect(unit.read(CORP_A, async () => db.manager)).rejects.toThrow('no manager');
    await expect(unit.read(CORP_A, async () => unit.beforeCommit(async () => undefined))).rejects.toThrow(
      'nothing is committed',
    );
    const log: string[] = [];
    await unit.read(CORP_A, async () => unit.afterCommit(() => log.push('after')));
    expect(log).toEqual(['after']);
  });

  it('throws when COMMIT is answered by a rollback because an SQL error was swallowed', async () => {
    await expect(
      unit.run(CORP_A, async () => {
        await db.query('UPDATE platform.probe SET used = 4 WHERE id = 1');
        await db.query('SELECT 1 / 0').catch(() => undefined);
      }),
    ).rejects.toThrow('COMMIT answered ROLLBACK');
    expect(await usedOf(CORP_A)).toBe(0);
  });

  it('runs the whole work again after a deadlock and loses no update', async () => {
    const bump = (first: number, second: number) =>
      unit.run(CORP_A, async () => {
        await db.query('UPDATE platform.probe SET used = used + 1 WHERE id = $1', [first]);
        await sleep(200);
        await db.query('UPDATE platform.probe SET used = used + 1 WHERE id = $1', [second]);
      });
    await Promise.all([bump(1, 2), bump(2, 1)]);
    expect([await usedOf(CORP_A, 1), await usedOf(CORP_A, 2)]).toEqual([2, 2]);
  });

  it('ends a guarded counter exactly at its limit under 40 parallel takers', async () => {
    const takes = await Promise.all(
      Array.from({ length: 40 }, () =>
        unit.run(CORP_A, () =>
          db.execute('UPDATE platform.probe SET used = used + 1 WHERE id = 1 AND used + 1 <= 5'),
        ),
      ),
    );
    expect(takes.filter((taken) => taken === 1)).toHaveLength(5);
    expect(await usedOf(CORP_A)).toBe(5);
  });

  it('runs hooks before the commit inside the transaction, and after it only when it held', async () => {
    const log: string[] = [];
    await unit.run(CORP_A, async () => {
      unit.afterCommit(() => log.push('after'));
      unit.beforeCommit(async () => {
        await db.query('UPDATE platform.probe SET used = 1 WHERE id = 1');
        log.push('before');
      });
    });
    await unit
      .run(CORP_A, async () => {
        unit.afterCommit(() => log.push('never'));
        throw new Error('undo');
      })
      .catch(() => undefined);
    expect(log).toEqual(['before', 'after']);
    expect(await usedOf(CORP_A)).toBe(1);
  });
});

describe('a write of one statement', () => {
  const bump = { name: 'bump', text: 'UPDATE platform.probe SET used = used + $1 RETURNING id, used' };

  it('commits and returns its rows, those of its corp only', async () => {
    const rows = await unit.write<{ id: number; used: number }>(CORP_A, bump, [2]);
    expect(rows.sort((a, b) => a.id - b.id)).toEqual([
      { id: 1, used: 2 },
      { id: 2, used: 2 },
    ]);
    expect([await usedOf(CORP_A, 1), await usedOf(CORP_A, 2), await usedOf(CORP_B, 1)]).toEqual([2, 2, 0]);
    const foreign = { name: 'foreign', text: 'INSERT INTO platform.probe (corp_id, id) VALUES ($1, 9)' };
    await expect(unit.write(CORP_A, foreign, [CORP_B])).rejects.toMatchObject({ code: '42501' });
  });

  it('is refused inside a unit of work, also one that only reads, and does nothing then', async () => {
    for (const open of [unit.run.bind(unit), unit.read.bind(unit)]) {
      await expect(open(CORP_A, () => unit.write(CORP_A, bump, [1]))).rejects.toThrow('commit without it');
    }
    expect(await usedOf(CORP_A)).toBe(0);
  });

  it('leaves nothing of a failure, and neither its corp nor its right to write on the connection', async () => {
    const single = new DataSource({ type: 'postgres', url: platform.database.appUrl, extra: { max: 1 } });
    await single.initialize();
    const alone = new UnitOfWork(single);
    for (let turn = 0; turn < 3; turn++) {
      await expect(alone.write(CORP_A, bump, [6])).rejects.toMatchObject({ code: '23514' });
      expect(await alone.write(CORP_A, bump, [1])).toHaveLength(2);
      expect(await single.query('SELECT * FROM platform.probe')).toEqual([]);
      const reading = alone.read(CORP_A, () => db.query(bump, [1]));
      await expect(reading).rejects.toMatchObject({ code: '25006' });
    }
    expect(await usedOf(CORP_A)).toBe(3);
    await single.destroy();
  });

  it('runs again after a deadlock and loses no update', async () => {
    const inTurn = {
      name: 'in-turn',
      text: `WITH first AS (UPDATE platform.probe SET used = used + 1 WHERE id = $1 RETURNING pg_sleep(0.2))
             UPDATE platform.probe SET used = used + 1 WHERE id = $2 AND (SELECT count(*) FROM first) = 1`,
    };
    const before = await deadlocks();
    await Promise.all([unit.write(CORP_A, inTurn, [1, 2]), unit.write(CORP_A, inTurn, [2, 1])]);
    expect([await usedOf(CORP_A, 1), await usedOf(CORP_A, 2)]).toEqual([2, 2]);
    await eventually(async () => expect(await deadlocks()).toBeGreaterThan(before));
  });

  it('gives up a statement that cannot be serialized after the third attempt', async () => {
    // a sequence keeps what a rolled back attempt took
    const refused = {
      name: 'refused',
      text: `SELECT pg_temp.refuse() FROM nextval('platform.probe_attempts') WHERE $1 = 1`,
    };
    const single = new DataSource({ type: 'postgres', url: platform.database.appUrl, extra: { max: 1 } });
    await single.initialize();
    await single.query(`CREATE FUNCTION pg_temp.refuse() RETURNS void LANGUAGE plpgsql AS
      $$ BEGIN RAISE SQLSTATE '40001'; END $$`);
    await expect(new UnitOfWork(single).write(CORP_A, refused, [1])).rejects.toMatchObject({ code: '40001' });
    expect(await single.query(`SELECT nextval('platform.probe_attempts')::int AS next`)).toEqual([
      { next: 4 },
    ]);
    await single.destroy();
  });
});

describe('a statement that reads in order', () => {
  it('has one plan for all values and never gathers and sorts, except in a unit that writes', async () => {
    const settings = `SELECT current_setting('enable_bitmapscan') AS bitmaps, $1::int AS one,
      (SELECT count(*)::int FROM pg_prepared_statements p WHERE p.name = 'in-order') AS prepared`;
    const inOrder = { name: 'in-order', text: settings, inOrder: true };
    const single = new DataSource({ type: 'postgres', url: platform.database.appUrl, extra: { max: 1 } });
    await single.initialize();
    const alone = new UnitOfWork(single);
    const writing = () => alone.run(CORP_A, () => db.one(inOrder, [1]));
    expect(await writing()).toEqual({ bitmaps: 'on', one: 1, prepared: 0 });
    // the first read of a connection prepares its scope only
    for (const prepared of [0, 1, 1]) {
      const read = await alone.read(CORP_A, () => db.one(inOrder, [1]));
      expect(read).toEqual({ bitmaps: 'off', one: 1, prepared });
    }
    expect(await writing()).toMatchObject({ bitmaps: 'on' });
    expect(await alone.read(CORP_A, () => db.one(settings, [1]))).toMatchObject({ bitmaps: 'on' });
    await single.destroy();
  });
});

describe('tenant wall', () => {
  it('shows and changes nothing of another corp through query, manager and query builder', async () => {
    await unit.run(CORP_A, async () => {
      expect(await db.query('SELECT DISTINCT corp_id FROM platform.probe')).toEqual([{ corp_id: CORP_A }]);
      expect(await db.execute('UPDATE platform.probe SET used = 1 WHERE corp_id = $1', [CORP_B])).toBe(0);
      expect(await db.execute('DELETE FROM platform.probe WHERE corp_id = $1', [CORP_B])).toBe(0);
      const rows = await db.manager.createQueryBuilder().select('*').from('platform.probe', 'p').getRawMany();
      expect(rows).toHaveLength(2);
    });
    await expect(
      unit.run(CORP_A, () => db.query('INSERT INTO platform.probe (corp_id, id) VALUES ($1, 9)', [CORP_B])),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('shows nothing without a corp, also on a connection that served one before', async () => {
    await unit.read(CORP_A, () => db.query('SELECT 1'));
    expect(await unit.read(undefined, () => db.query('SELECT * FROM platform.probe'))).toEqual([]);
  });

  it('holds for 400 reads of two corps and of none at once, prepared or not, some of which fail', async () => {
    const whose = 'SELECT DISTINCT corp_id AS corp FROM platform.probe WHERE $1::int = 1';
    const seen = await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const corp = [CORP_A, CORP_B, undefined][index % 3];
        const named = { name: 'whose', text: whose };
        const statement =
          [whose, named, { ...named, name: 'whose-in-order', inOrder: true }][index % 4] ?? named;
        const rows = await unit.read(corp, async () => {
          if (index % 7 === 0) await db.query('SELECT 1 / 0').catch(() => undefined);
          return db.query<{ corp: string }>(statement, [1]);
        });
        return rows.map((row) => row.corp).join() === (corp ?? '');
      }),
    );
    expect(seen.filter((right) => !right)).toEqual([]);
  });

  it('refuses a role that the wall does not bind', async () => {
    expect(await findRoleFaults(platform.get(DataSource))).toEqual([]);
    const owner = new DataSource({ type: 'postgres', url: platform.database.ownerUrl });
    await owner.initialize();
    await expect(assertAppRole(owner)).rejects.toThrow('npm run db:roles');
    await owner.destroy();
  });
});
