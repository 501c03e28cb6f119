import { randomUUID } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { ClaimsModule } from '../../../src/modules/coupons/claims/claims.module.js';
import { CouponsForPointsModule } from '../../../src/modules/coupons/claims/coupons-for-points.module.js';
import type { IssueOrder, IssueResult } from '../../../src/modules/coupons/claims/domain/issue-order.js';
import { Issuance } from '../../../src/modules/coupons/claims/use-cases/issuance.js';
import { BATCH, batchParams, type BatchSpec } from './batch-sql.js';
import { type Answer, type LedgerWorld, startLedgerWorld } from '../loyalty/ledger-world.js';

class TestModule {}

/** One corp with batches made by SQL, beside everything that loyalty has. */
export interface ClaimsWorld extends LedgerWorld {
  batch(spec: Omit<BatchSpec, 'terms'> & { validity?: object }): Promise<string>;
  issue(...orders: Partial<IssueOrder>[]): Promise<IssueResult[]>;
  /** May write coupons. */
  couponsKey: string;
  /** With this key. */
  ask(path: string, body: object, idempotencyKey?: string): Promise<Answer>;
  /** Units that are left, and coupons that took one. */
  units(batchId: string): Promise<{ left: number; coupons: number }>;
}

export async function startClaimsWorld(
  alsoModules: DynamicModule[] = [],
  options: { poolMax?: number } = {},
): Promise<ClaimsWorld> {
  const ledger = await startLedgerWorld(
    [{ module: TestModule, imports: [ClaimsModule, CouponsForPointsModule] }, ...alsoModules],
    options,
  );
  const issuance = ledger.http.get(Issuance);
  const key = await ledger.http.corpKey(ledger.corpId, ['coupons:read', 'coupons:write']);
  return {
    ...ledger,
    couponsKey: key,
    batch: async ({ validity, ...spec }) => {
      const id = randomUUID();
      const terms = validity ? { validity } : {};
      await ledger.sql(BATCH, batchParams(ledger.corpId, id, { ...spec, terms }));
      return id;
    },
    issue: (...orders) =>
      ledger.run(() =>
        issuance.issue(
          orders.map((order) => ({
            key: randomUUID(),
            batchId: '',
            customerId: null,
            source: 'issue',
            ...order,
          })),
        ),
      ),
    ask: async (path, payload, idempotencyKey = randomUUID()) => {
      const headers = { 'idempotency-key': idempotencyKey };
      const url = `/v1/coupons/${path}`;
      const response = await ledger.http.call(key, { method: 'POST', url, payload, headers });
      return { status: response.statusCode, body: response.json() };
    },
    units: async (batchId) => {
      const [row] = await ledger.sql<{ left: number; coupons: number }>(
        `SELECT (SELECT sum(remaining)::int FROM coupons.batch_stock WHERE corp_id = $1 AND batch_id = $2) AS left,
                (SELECT count(*)::int FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2 AND NOT returned) AS coupons`,
        [ledger.corpId, batchId],
      );
      if (!row) throw new Error('no row');
      return row;
    },
  };
}
