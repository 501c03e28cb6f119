import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Codes } from '../../codes/use-cases/codes.js';
import { couponsErrors } from '../../coupons.errors.js';
import { type Coupon, type CouponState, stateAt } from '../domain/coupon.js';
import { COUPON_COLUMNS, CouponStore } from '../persistence/coupon-store.js';

export interface CouponFilter {
  /** All customers that are one person with him. */
  readonly customerId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly state?: CouponState | undefined;
}

/** One transition; the coupon's row itself is the event that it was issued. */
export interface CouponEvent {
  readonly version: number;
  readonly from: CouponState;
  readonly to: CouponState;
  readonly at: Date;
  readonly actorKind: string;
  readonly requestId: string | null;
  readonly storeId: string | null;
  readonly orderId: string | null;
  /** 分 */
  readonly amount: number | null;
  readonly reason: string | null;
}

/** `stateAt` in SQL. */
const STATE_NOW = `CASE WHEN c.state IN ('claimable', 'claimed', 'locked') AND c.valid_until <= clock_timestamp() THEN 'expired'
  WHEN c.state = 'locked' AND c.locked_until <= clock_timestamp() THEN 'claimed' ELSE c.state END`;

/** Coupons as the API shows them: with the state that they have at this moment. Inside an open unit of work. */
@Injectable()
export class ShowCoupons {
  constructor(
    private readonly database: Database,
    private readonly store: CouponStore,
    private readonly codes: Codes,
    private readonly customers: CustomersFacade,
  ) {}

  /** @throws coupons.coupon_not_found */
  async get(id: string): Promise<Coupon> {
    const [found] = await this.store.byIds([id]);
    if (!found) throw couponsErrors.coupon_not_found();
    return this.asOfNow(found);
  }

  async asOfNow(coupon: Coupon): Promise<Coupon> {
    return { ...coupon, state: stateAt(coupon, await this.database.now()) };
  }

  /** The newest first; along the index by customer, that by batch, or the primary key. */
  async list(
    { customerId, batchId, state }: CouponFilter,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<Coupon[]> {
    const params: unknown[] = [this.database.corpId, limit];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const conditions = ['c.corp_id = $1'];
    if (customerId) {
      const person = await this.customers.customersOf(customerId);
      conditions.push(`c.customer_id = ANY (${bind(person)}::uuid[])`);
    }
    if (batchId) conditions.push(`c.batch_id = ${bind(batchId)}`);
    if (after) conditions.push(`c.id < ${bind(after.id)}`);
    const shown = `SELECT ${COUPON_COLUMNS.replace('c.state,', `${STATE_NOW} AS state,`)} FROM coupons.coupons c WHERE ${conditions.join(' AND ')}`;
    const wanted = state ? `SELECT * FROM (${shown}) AS s WHERE state = ${bind(state)}` : shown;
    return this.database.query<Coupon>(`${wanted} ORDER BY id DESC LIMIT $2`, params);
  }

  /** @throws coupons.coupon_not_found */
  async listEvents(
    id: string,
    after: { version: number } | undefined,
    limit: number,
  ): Promise<CouponEvent[]> {
    await this.get(id);
    return this.database.query<CouponEvent>(
      `SELECT version, from_state AS "from", to_state AS "to", at, actor_kind AS "actorKind", request_id AS "requestId",
              store_id AS "storeId", order_id AS "orderId", amount, reason
         FROM coupons.coupon_events WHERE corp_id = $1 AND coupon_id = $2 AND version > $3 ORDER BY version LIMIT $4`,
      [this.database.corpId, id, after?.version ?? 0, limit],
    );
  }

  /** For its owner. @throws coupons.coupon_not_found */
  async codeOf(id: string): Promise<string> {
    const [code] = await this.codes.open([await this.get(id)]);
    if (code === undefined) throw new Error('a code was lost');
    return code;
  }
}
