import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { Client } from 'pg';
import { BATCH, batchParams } from '../modules/coupons/batch-sql.js';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { law } from '../support/law.js';
import { startStoppableDatabase } from '../support/stoppable-database.js';

const WRITERS = 2;
const CORP = randomUUID();
const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law(
  'coupon-claims',
  {
    small: { runs: 1, attempts: 4_000, units: 300, kills: 1, crashes: 1, pauseMs: 500, paceMs: 200 },
    full: { runs: 20, attempts: 100_000, units: 1_000, kills: 3, crashes: 2, pauseMs: 1_500, paceMs: 200 },
  },
  async ({ figures, seed, random, pick, note }) => {
    const { runs, attempts, units, kills, crashes, pauseMs, paceMs } = figures;
    const database = await startStoppableDatabase();
    closers.push(() => database.drop());
    const customers = Array.from({ length: units * 2 }, () => randomUUID());
    await withOwner(database.ownerUrl, (owner) => owner.query(worldOf(customers)));
    let sold = 0;

    for (let run = 0; run < runs; run++) {
      const batchId = randomUUID();
      await withOwner(database.ownerUrl, (owner) =>
        owner.query(BATCH, batchParams(CORP, batchId, { stock: units })),
      );
      const answered = new Map<string, string>();
      let changed = 0;
      const start = (writer: number): TestProcess => {
        const child = startTestProcess('test/support/processes/coupon-claimer.ts', {
          DATABASE_URL: database.appUrl,
          CORP_ID: CORP,
          BATCH_ID: batchId,
          CUSTOMERS: customers.join(','),
          WRITER: String(writer),
          ATTEMPTS: String(attempts / WRITERS),
          PACE_MS: String(paceMs),
          SEED: String(seed + run),
        });
        child.process.on('message', ({ key, couponId }: { key?: string; couponId?: string }) => {
          if (key === undefined || couponId === undefined) return;
          if ((answered.get(key) ?? couponId) !== couponId) changed++; // another answer than before a death
          answered.set(key, couponId);
        });
        return child;
      };
      const writers = Array.from({ length: WRITERS }, (_, writer) => start(writer));
      closers.push(() => Promise.all(writers.map((one) => one.kill())));
      await Promise.all(writers.map((one) => one.message('ready')));

      const deaths = [...Array<string>(kills).fill('app'), ...Array<string>(crashes).fill('database')];
      for (const death of deaths.sort(() => random() - 0.5)) {
        await sleep(pick(pauseMs));
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
      await Promise.all(writers.map((one) => one.message('done', 600_000)));
      await Promise.all(writers.map((one) => one.kill()));

      expect(changed).toBe(0);
      await withOwner(database.ownerUrl, async (owner) => {
        const { rows } = await owner.query<{ key: string; id: string; holder: string }>(
          'SELECT issue_key AS key, id, holder_id AS holder FROM coupons.coupons WHERE batch_id = $1',
          [batchId],
        );
        expect(rows).toHaveLength(units); // C-1: not one more, and none is lost
        expect(new Set(rows.map(({ holder }) => holder)).size).toBe(units); // C-2
        expect(new Map(rows.map(({ key, id }) => [key, id]))).toEqual(answered); // all that was answered, and nothing else
        const { rows: stock } = await owner.query<{ left: number }>(
          'SELECT sum(remaining)::int AS left FROM coupons.batch_stock WHERE batch_id = $1',
          [batchId],
        );
        expect(stock).toEqual([{ left: 0 }]);
        const { rows: told } = await owner.query<{ count: number }>(
          `SELECT coalesce(sum(jsonb_array_length(payload -> 'coupons')), 0)::int AS count FROM platform.events
            WHERE name = 'coupons.issued' AND payload #>> '{coupons,0,batchId}' = $1`,
          [batchId],
        );
        expect(told).toEqual([{ count: units }]); // and each was told once
        sold += rows.length;
      });
    }
    note('sold', sold);
    note('deaths', runs * (kills + crashes));
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

function worldOf(customers: readonly string[]): string {
  return `
    INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
      VALUES ('${CORP}', 'wwlaw', 'Law', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
    INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
      SELECT '${CORP}', id, now(), now() FROM unnest('{${customers.join(',')}}'::uuid[]) AS id`;
}
