/** A running batch by SQL, with its template: corp, id, terms, state, stock, limit of a person, claims from and until, zone. */
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

export interface BatchSpec {
  stock: number;
  perPerson?: number;
  state?: string;
  timeZone?: string;
  claimFrom?: Date;
  claimUntil?: Date;
  /** Others than `TERMS` says. */
  terms?: object;
}

/** For `BATCH`. */
export function batchParams(corpId: string, id: string, spec: BatchSpec): unknown[] {
  const { stock, perPerson = 1, state = 'running', timeZone = 'Asia/Shanghai', claimFrom, claimUntil } = spec;
  const terms = JSON.stringify({ ...TERMS, ...spec.terms });
  return [corpId, id, terms, state, stock, perPerson, claimFrom ?? null, claimUntil ?? null, timeZone];
}
