import { randomUUID } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { ClaimsModule } from '../../../src/modules/coupons/claims/claims.module.js';
import { CouponsForPointsModule } from '../../../src/modules/coupons/claims/coupons-for-points.module.js';
import type { IssueOrder, IssueResult } from '../../../src/modules/coupons/claims/domain/issue-order.js';
import { Issuance } from '../../../src/modules/coupons/claims/use-cases/issuance.js';
import { type Answer, type LedgerWorld, startLedgerWorld } from '../loyalty/ledger-world.js';

class TestModule {}

export interface BatchSpec {
  stock: number;
  perPerson?: number;
  state?: string;
  timeZone?: string;
  claimFrom?: Date;
  claimUntil?: Date;
  validity?: object;
}

/** One corp with batches made by SQL, beside everything that loyalty has. */
export interface ClaimsWorld extends LedgerWorld {
  batch(spec: BatchSpec): Promise<string>;
  issue(...orders: Partial<IssueOrder>[]): Promise<IssueResult[]>;
  /** With a key that may write coupons. */
  ask(path: string, body: object, idempotencyKey?: string): Promise<Answer>;
  /** Units that are left, and coupons that took one. */
  units(batchId: string): Promise<{ left: number; coupons: number }>;
}

export const BATCH = `
  WITH template AS (
    INSERT INTO coupons.templates (corp_id, id, key, name_zh, name_en, created_at)
    SELECT $1, $2, 'k' || $2::uuid, '满减券', 'Coupon', now() RETURNING id
  ), version AS (
    INSERT INTO coupons.template_versions (corp_id, id, template_id, version, kind, terms, created_at)
    SELECT $1, $2, id, 1, 'fixed', $3::jsonb, now() FROM template RETURNING id
  ), batch AS (
    INSERT INTO coupons.batches (corp_id, id, version_id, name, state, stock, per_person, claim_from, claim_until, time_zone,
           created_by_owner, approved_by_owner, state_at, created_at)
    SELECT $1, $2, id, 'batch', $4, $5, $6, $7, $8, $9, 'a', 'b', now(), now() FROM version RETURNING id
  )
  INSERT INTO coupons.batch_stock (corp_id, batch_id, bucket, remaining)
  SELECT $1, id, n, $5::int / 16 + (n < $5::int % 16)::int FROM batch, generate_series(0, 15) n`;

export const TERMS = {
  benefit: { kind: 'fixed', amount: 500 },
  validity: { kind: 'after_claim', startsAfterDays: 0, days: 30 },
  conditions: {},
  stacking: { group: 'default', withOthers: 'all' },
  reversal: 'return',
};

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
    batch: async ({ stock, perPerson = 1, state = 'running', timeZone = 'Asia/Shanghai', ...spec }) => {
      const id = randomUUID();
      const terms = JSON.stringify({ ...TERMS, ...(spec.validity && { validity: spec.validity }) });
      const { claimFrom = null, claimUntil = null } = spec;
      await ledger.sql(BATCH, [
        ledger.corpId,
        id,
        terms,
        state,
        stock,
        perPerson,
        claimFrom,
        claimUntil,
        timeZone,
      ]);
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
