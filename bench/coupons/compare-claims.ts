import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ClaimBatcher } from '../../src/modules/coupons/claims/use-cases/claim-batcher.js';
import { APP_ROLE } from '../../src/platform/database/role-names.js';
import { type ClaimsWorld, startClaimsWorld } from '../../test/modules/coupons/claims-world.js';
import { testClusterUrl } from '../../test/support/cluster.js';
import { alternate, printComparison, printFigure, quantile } from '../compare.js';
import { LockedClaims } from '../reference/coupon-claim.js';

const CALLERS = 64;
/** As many connections as the application has. */
const CONNECTIONS = 20;
const CLAIMS = Number(process.env['CLAIMS'] ?? 10_000);
/** One at a time takes longer, and tells as much by fewer. */
const SINGLES = Math.ceil(CLAIMS / 8);

/**
 * Durable claims of one batch by 64 callers, each for a customer of his own: by the batcher, with persons looked up, codes,
 * audit and event, against a transaction for each claim that locks the stock first.
 */
export async function compareClaims(
  name: string,
  options: { target: number; commitMs?: number },
): Promise<void> {
  const world = await startClaimsWorld([], { poolMax: CONNECTIONS });
  const { corpId, http } = world;
  const locked = new LockedClaims(http.database.appUrl, CONNECTIONS, corpId);
  const batcher = http.get(ClaimBatcher);
  try {
    await expectDurable(world);
    if (options.commitMs !== undefined) await slowCommits(http.database.name, options.commitMs);
    const customers = await world.customers(CLAIMS);
    await world.sql('ANALYZE');
    const comparison = await alternate({
      own: async () => {
        const batchId = await world.batch({ stock: CLAIMS });
        return drive(customers, async (customerId) => {
          const order = { key: randomUUID(), batchId, customerId, source: 'claim' } as const;
          const { outcome } = await batcher.claim(corpId, order);
          if (outcome !== 'claimed') throw new Error(outcome);
        });
      },
      reference: async () => {
        const batchId = await world.batch({ stock: 16 * SINGLES }); // of which the first row has a sixteenth
        return drive(customers.slice(0, SINGLES), (customerId) => locked.claim(batchId, customerId));
      },
    });
    printFigure(`${name} own`, 1 / quantile(comparison.own, 0.5), 'claims/s');
    printFigure(`${name} reference`, 1 / quantile(comparison.reference, 0.5), 'claims/s');
    printComparison(name, comparison, options.target);
  } finally {
    await locked.close();
    await world.close();
  }
}

/** So many callers, each of whom claims again when he has his answer. @returns seconds a claim */
async function drive(
  customers: readonly string[],
  claim: (customerId: string) => Promise<void>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const call = async (): Promise<void> => {
    for (let id = customers[next++]; id; id = customers[next++]) await claim(id);
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  return (performance.now() - startedAt) / 1000 / customers.length;
}

async function expectDurable(world: ClaimsWorld): Promise<void> {
  const [row] = await world.sql<{ fsync: string; commit: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`,
  );
  if (row?.fsync === 'on' && row.commit === 'on') return;
  throw new Error(
    'this server promises nothing when it says that it has committed (fsync): leave TEST_ADMIN_DATABASE_URL out',
  );
}

/** Each commit of this database waits so long, alone or with others. */
async function slowCommits(database: string, commitMs: number): Promise<void> {
  const admin = new Client({ connectionString: await testClusterUrl() });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${database} SET commit_delay = ${commitMs * 1000}`);
    await admin.query(`ALTER DATABASE ${database} SET commit_siblings = 0`);
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = $2`,
      [database, APP_ROLE],
    );
  } finally {
    await admin.end();
  }
}
