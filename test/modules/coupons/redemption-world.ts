import { randomBytes, randomUUID } from 'node:crypto';
import { RedemptionModule } from '../../../src/modules/coupons/redemption/redemption.module.js';
import type {
  LockRequest,
  RedeemRequest,
  ReverseRequest,
} from '../../../src/modules/coupons/redemption/domain/redemption.js';
import { Redemption } from '../../../src/modules/coupons/redemption/use-cases/redemption.js';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { type LedgerWorld, startLedgerWorld } from '../loyalty/ledger-world.js';

export interface BatchSpec {
  terms?: object;
  state?: string;
  budget?: number;
  dailyBudget?: number;
}

/** Batches and coupons made by SQL, one transaction for each call of the room. */
export interface RedemptionWorld extends LedgerWorld {
  till: string;
  batch(spec?: BatchSpec): Promise<string>;
  /** Of one customer; of nobody: claimable. */
  coupons(
    batchId: string,
    count?: number,
    over?: { customerId?: string | null; days?: [number, number] },
  ): Promise<string[]>;
  redeem(wanted: Partial<RedeemRequest> & { id: string; total?: number; orderId?: string }): Promise<any>;
  lock(wanted: Partial<LockRequest> & { id: string; total?: number; orderId?: string }): Promise<any>;
  reverse(wanted: Partial<ReverseRequest> & { redemptionId: string }): Promise<any>;
  release(id: string, orderId: string): Promise<any>;
  /** Lets the time of a lock be over. */
  endLock(id: string): Promise<void>;
  stateOf(id: string): Promise<string>;
  spent(batchId: string): Promise<{ total: number | null; day: number | null; booked: number }>;
}

export const TERMS = {
  benefit: { kind: 'fixed', amount: 500 },
  validity: { kind: 'after_claim', startsAfterDays: 0, days: 30 },
  conditions: {},
  stacking: { group: 'default', withOthers: 'all' },
  reversal: 'return',
};

const BATCH = `
  WITH template AS (
    INSERT INTO coupons.templates (corp_id, id, key, name_zh, name_en, created_at)
    SELECT $1, $2, 'k' || $2::uuid, '满减券', 'Coupon', now() RETURNING id
  ), version AS (
    INSERT INTO coupons.template_versions (corp_id, id, template_id, version, kind, terms, created_at)
    SELECT $1, $2, id, 1, $4, $3::jsonb, now() FROM template RETURNING id
  ), batch AS (
    INSERT INTO coupons.batches (corp_id, id, version_id, name, state, stock, per_person, budget, daily_budget, time_zone,
           created_by_owner, approved_by_owner, state_at, created_at)
    SELECT $1, $2, id, 'batch', $5, 100000, 1000, $6, $7, 'Asia/Shanghai', 'a', 'b', now(), now() FROM version
    RETURNING id, budget
  )
  INSERT INTO coupons.batch_budgets (corp_id, batch_id, limit_amount) SELECT $1, id, budget FROM batch WHERE budget IS NOT NULL`;

const COUPONS = `
  INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash, code_cipher,
         issue_key, source, valid_from, valid_until, issued_at, state_at)
  SELECT $1, id, $2, $4, $4, CASE WHEN $4::uuid IS NOT NULL THEN n + coalesce(
           (SELECT max(seq) FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2 AND holder_id = $4), 0) END,
         1000, CASE WHEN $4::uuid IS NULL THEN 'claimable' ELSE 'claimed' END, decode(md5(id::text), 'hex'), '\\x00', id::text, 'issue',
         now() + $5::int * interval '1 day', now() + $6::int * interval '1 day', now(), now()
    FROM unnest($3::uuid[]) WITH ORDINALITY AS c(id, n)`;

export async function startRedemptionWorld(options: { poolMax?: number } = {}): Promise<RedemptionWorld> {
  const ledger = await startLedgerWorld([{ module: RedemptionModule }], options);
  const { corpId, sql, run } = ledger;
  const redemption = ledger.http.get(Redemption);
  const till = await ledger.http.corpKey(corpId, ['coupons:redeem', 'coupons:read', 'coupons:write']);
  const [someone = ''] = await ledger.customers(1);
  /** The result, or the name of the refusal. */
  const told = async (work: () => Promise<unknown>): Promise<any> => {
    try {
      return await run(work);
    } catch (error) {
      if (error instanceof AppError) return error.code.replace('coupons.', '');
      throw error;
    }
  };
  const useOf = ({ id, total = 10_000, orderId = randomUUID(), ...over }: any) => ({
    coupon: { id },
    order: { id: orderId, total, items: [] },
    ...over,
  });
  return {
    ...ledger,
    till,
    batch: async ({ terms = {}, state = 'running', budget = null, dailyBudget = null }: any = {}) => {
      const id = randomUUID();
      const whole = { ...TERMS, ...terms };
      await sql(BATCH, [corpId, id, JSON.stringify(whole), whole.benefit.kind, state, budget, dailyBudget]);
      return id;
    },
    coupons: async (batchId, count = 1, { customerId = someone, days = [-1, 30] } = {}) => {
      const ids = Array.from({ length: count }, () => randomUUID());
      await sql(COUPONS, [corpId, batchId, ids, customerId, ...days]);
      return ids;
    },
    redeem: (wanted) =>
      told(() => redemption.redeem({ requestNo: randomBytes(8).toString('hex'), ...useOf(wanted) })),
    lock: (wanted) => told(() => redemption.lock({ seconds: 60, ...useOf(wanted) })),
    reverse: (wanted) => told(() => redemption.reverse({ requestNo: randomUUID(), ...wanted })),
    release: (id, orderId) => told(() => redemption.release({ id }, orderId)),
    endLock: async (id) => {
      await sql(
        `UPDATE coupons.coupons SET locked_until = clock_timestamp() - interval '1 s', version = version + 1
          WHERE corp_id = $1 AND id = $2`,
        [corpId, id],
      );
    },
    stateOf: async (id) => {
      const [row] = await sql<{ state: string }>(
        'SELECT state FROM coupons.coupons WHERE corp_id = $1 AND id = $2',
        [corpId, id],
      );
      return row?.state ?? '';
    },
    spent: async (batchId) => {
      const [row] = await sql<{ total: number | null; day: number | null; booked: number }>(
        `SELECT (SELECT spent::float FROM coupons.batch_budgets WHERE corp_id = $1 AND batch_id = $2) AS total,
                (SELECT sum(spent)::float FROM coupons.batch_days WHERE corp_id = $1 AND batch_id = $2) AS day,
                ((SELECT coalesce(sum(discount - reversed), 0) FROM coupons.redemptions WHERE corp_id = $1 AND batch_id = $2)
                 + (SELECT coalesce(sum(lock_discount), 0) FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2))::float AS booked`,
        [corpId, batchId],
      );
      if (!row) throw new Error('no row');
      return row;
    },
  };
}
