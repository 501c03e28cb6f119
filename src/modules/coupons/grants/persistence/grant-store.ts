import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Grant } from '../domain/grant-rule.js';

/** What a rule promises for an event. */
export interface DueGrant {
  readonly ruleId: string;
  readonly version: number;
  readonly batchId: string;
  readonly customerId: string;
  readonly eventKey: string;
}

/** What was granted. Inside an open unit of work. */
@Injectable()
export class GrantStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * The primary key lets each rule, customer and event in once, whoever grants meanwhile; sorted, so that two who grant the
   * same never wait for each other in a ring. @returns those that are new.
   */
  async add(due: readonly DueGrant[]): Promise<DueGrant[]> {
    if (due.length === 0) return [];
    const rows = await this.database.query<{ n: number }>(
      `WITH added AS (
         INSERT INTO coupons.grants (corp_id, rule_id, customer_id, event_key, id, version, granted_at)
         SELECT $1, d.rule_id, d.customer_id, d.event_key, d.id, d.version, $7
           FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::int[])
             AS d(rule_id, customer_id, event_key, id, version)
          ORDER BY d.rule_id, d.customer_id, d.event_key
             ON CONFLICT (corp_id, rule_id, customer_id, event_key) DO NOTHING RETURNING rule_id, customer_id, event_key)
       SELECT min(d.n)::int AS n
         FROM added a JOIN unnest($2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY AS d(rule_id, customer_id, event_key, n)
           ON d.rule_id = a.rule_id AND d.customer_id = a.customer_id AND d.event_key = a.event_key
        GROUP BY a.rule_id, a.customer_id, a.event_key ORDER BY 1`,
      [
        this.database.corpId,
        due.map(({ ruleId }) => ruleId),
        due.map(({ customerId }) => customerId),
        due.map(({ eventKey }) => eventKey),
        due.map(() => this.ids.next()),
        due.map(({ version }) => version),
        this.clock.now(),
      ],
    );
    return rows.flatMap(({ n }) => due[n - 1] ?? []);
  }

  async note(
    outcomes: readonly (DueGrant & { couponId: string | null; refusal: string | null })[],
  ): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.grants g SET coupon_id = o.coupon_id, refusal = o.refusal
         FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[])
           AS o(rule_id, customer_id, event_key, coupon_id, refusal)
        WHERE g.corp_id = $1 AND g.rule_id = o.rule_id AND g.customer_id = o.customer_id AND g.event_key = o.event_key`,
      [
        this.database.corpId,
        outcomes.map(({ ruleId }) => ruleId),
        outcomes.map(({ customerId }) => customerId),
        outcomes.map(({ eventKey }) => eventKey),
        outcomes.map(({ couponId }) => couponId),
        outcomes.map(({ refusal }) => refusal),
      ],
    );
  }

  /** Newest first. */
  list(ruleId: string, after: { id: string } | undefined, limit: number): Promise<Grant[]> {
    return this.database.query<Grant>(
      `SELECT id, customer_id AS "customerId", event_key AS "eventKey", version, coupon_id AS "couponId", refusal,
              granted_at AS "grantedAt"
         FROM coupons.grants WHERE corp_id = $1 AND rule_id = $2 AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC LIMIT $4`,
      [this.database.corpId, ruleId, after?.id ?? null, limit],
    );
  }
}
