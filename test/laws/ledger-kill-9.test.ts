import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { Client } from 'pg';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { law } from '../support/law.js';
import { ledgerFaults } from '../support/ledger-oracle.js';
import { startStoppableDatabase } from '../support/stoppable-database.js';

const WRITERS = 2;
const CORP = randomUUID();
const PROGRAM = randomUUID();
const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law(
  'ledger-kill-9',
  {
    small: { kills: 2, crashes: 1, pauseMs: 1_500, orders: 30 },
    full: { kills: 120, crashes: 80, pauseMs: 3_000, orders: 20_000 },
  },
  async ({ figures, seed, random, pick, note }) => {
    const database = await startStoppableDatabase();
    closers.push(() => database.drop());
    const customers = Array.from({ length: 12 }, () => randomUUID());
    await withOwner(database.ownerUrl, (owner) => owner.query(worldOf(customers)));

    const answered = new Map<string, string>();
    let changed = 0;
    const start = (writer: number): TestProcess => {
      const child = startTestProcess('test/support/processes/ledger-writer.ts', {
        DATABASE_URL: database.appUrl,
        CORP_ID: CORP,
        PROGRAM_ID: PROGRAM,
        CUSTOMERS: customers.join(','),
        WRITER: String(writer),
        ORDERS: String(figures.orders),
        SEED: String(seed),
      });
      child.process.on('message', ({ key, transferId }: { key?: string; transferId?: string }) => {
        if (key === undefined || transferId === undefined) return;
        if ((answered.get(key) ?? transferId) !== transferId) changed++; // another answer than before a death
        answered.set(key, transferId);
      });
      return child;
    };
    const writers = Array.from({ length: WRITERS }, (_, n) => start(n));
    closers.push(() => Promise.all(writers.map((one) => one.kill())));
    await Promise.all(writers.map((one) => one.message('ready')));

    const deaths = [
      ...Array<string>(figures.kills).fill('app'),
      ...Array<string>(figures.crashes).fill('database'),
    ];
    for (const death of deaths.sort(() => random() - 0.5)) {
      await sleep(pick(figures.pauseMs));
      if (death === 'database') {
        await database.end('crash');
        await database.start();
      } else {
        const victim = pick(WRITERS);
        await writers[victim]?.kill();
        writers[victim] = start(victim);
        await writers[victim]?.message('ready');
      }
    }
    await Promise.all(writers.map((one) => one.message('done', 1_800_000)));

    expect(changed).toBe(0);
    await withOwner(database.ownerUrl, async (owner) => {
      const { rows } = await owner.query<{ key: string; id: string }>(
        'SELECT key, id FROM loyalty.transfers',
      );
      expect(new Map(rows.map(({ key, id }) => [key, id]))).toEqual(answered); // all that was answered, and nothing else
      expect(rows).toHaveLength(answered.size);
      expect(await ledgerFaults(async (sql) => (await owner.query<{ count: number }>(sql)).rows)).toEqual({});
      note('transfers', rows.length);
    });
    note('deaths', deaths.length);
  },
);

async function withOwner(url: string, work: (owner: Client) => Promise<unknown>): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    await owner.query(`SELECT set_config('app.corp_id', '${CORP}', false)`);
    await work(owner);
  } finally {
    await owner.end();
  }
}

/** Some of the customers are one person. */
function worldOf(customers: readonly string[]): string {
  const person = customers.slice(0, 3).sort();
  return `
    INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
      VALUES ('${CORP}', 'wwlaw', 'Law', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
    INSERT INTO loyalty.programs (corp_id, id, key, name_zh, name_en, time_zone, created_at)
      VALUES ('${CORP}', '${PROGRAM}', 'law', 'p', 'p', 'Asia/Shanghai', now());
    INSERT INTO loyalty.wallets (corp_id, id, program_id, key, kind, name_zh, name_en, expiry_kind, expiry_count,
           extends_on_earning)
      VALUES ('${CORP}', gen_random_uuid(), '${PROGRAM}', 'points', 'spendable', 'w', 'w', 'days', 30, false);
    INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
      SELECT '${CORP}', id, now(), now() FROM unnest('{${customers.join(',')}}'::uuid[]) AS id;
    INSERT INTO customers.person_links (corp_id, customer_id, person_id)
      SELECT '${CORP}', id, '${person[0]}' FROM unnest('{${person.join(',')}}'::uuid[]) AS id`;
}
