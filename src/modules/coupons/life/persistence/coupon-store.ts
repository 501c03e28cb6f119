import { Injectable } from '@nestjs/common';
import { requestContext } from '../../../../platform/context/request-context.js';
import { Database } from '../../../../platform/database/database.js';
import type { Coupon, CouponState } from '../domain/coupon.js';

/** Of `coupons.coupons c`. */
export const COUPON_COLUMNS = `c.id, c.batch_id AS "batchId", c.customer_id AS "customerId", c.holder_id AS "holderId", c.seq, c.state,
  c.code_cipher AS "codeCipher", c.source, c.source_id AS "sourceId", c.channel, c.valid_from AS "validFrom",
  c.valid_until AS "validUntil", c.order_id AS "orderId", c.locked_until AS "lockedUntil", c.lock_store_id AS "lockStoreId",
  c.lock_discount AS "lockDiscount", c.returned, c.version, c.issued_at AS "issuedAt", c.state_at AS "stateAt"`;

/** One transition of one coupon. What is not named here of order and lock the coupon loses. */
export interface CouponMove {
  readonly id: string;
  /** That was read: one that somebody else has moved meanwhile is left as it is. */
  readonly version: number;
  readonly to: CouponState;
  readonly orderId?: string | null;
  readonly lock?: {
    readonly until: Date;
    readonly storeId: string | null;
    /** 分 */ readonly discount: number;
  };
  /** Of a code that finds its holder. */
  readonly claim?: {
    readonly customerId: string;
    readonly holderId: string;
    readonly seq: number;
    readonly validFrom: Date;
    readonly validUntil: Date;
  };
  /** Of one made void: its unit goes back to the stock, and its holder may have another one. The stock is the caller's to add to. */
  readonly returned?: true;
  /** For the event beside it. */
  readonly storeId?: string | null;
  readonly redemptionId?: string | null;
  /** 分 */
  readonly amount?: number | null;
  readonly reason?: string | null;
}

/** What becomes of a coupon that somebody holds. */
export type LockedMove = Omit<CouponMove, 'id' | 'version' | 'claim' | 'returned'>;

/**
 * Moves coupons and writes the event of each, in one statement along the primary key. Nothing else updates coupons.
 * Rows are in the order of their ids, so that two calls for the same coupons do not deadlock. An array and no list in one
 * jsonb: PostgreSQL expects ten elements in it, not a hundred, and takes the primary key instead of reading a table.
 */
const MOVE = {
  name: 'coupons-move',
  text: `
  WITH wanted AS (
    SELECT w.* FROM unnest($2::jsonb[]) AS move, jsonb_to_record(move) AS w(id uuid, version int, to_state text, order_id text, locked_until timestamptz,
      lock_store_id uuid, lock_discount bigint, customer_id uuid, holder_id uuid, seq int, valid_from timestamptz,
      valid_until timestamptz, returned boolean, store_id uuid, redemption_id uuid, amount bigint, reason text)
  ), seen AS (
    SELECT c.id, c.state, w.to_state FROM coupons.coupons c JOIN wanted w ON w.id = c.id
     WHERE c.corp_id = $1 AND c.version = w.version ORDER BY c.id FOR UPDATE OF c
  ), moved AS (
    UPDATE coupons.coupons c
       SET state = w.to_state, order_id = w.order_id, locked_until = w.locked_until, lock_store_id = w.lock_store_id,
           lock_discount = w.lock_discount, customer_id = coalesce(w.customer_id, c.customer_id),
           holder_id = coalesce(w.holder_id, c.holder_id), seq = CASE WHEN NOT w.returned THEN coalesce(w.seq, c.seq) END,
           valid_from = coalesce(w.valid_from, c.valid_from), valid_until = coalesce(w.valid_until, c.valid_until),
           returned = w.returned, version = c.version + 1, state_at = clock_timestamp()
      FROM wanted w JOIN seen ON seen.id = w.id
     WHERE c.corp_id = $1 AND c.id = w.id
    RETURNING ${COUPON_COLUMNS}
  ), told AS (
    INSERT INTO coupons.coupon_events (corp_id, coupon_id, version, from_state, to_state, at, actor_kind, actor_id, request_id,
           store_id, order_id, redemption_id, amount, reason)
    SELECT $1, m.id, m.version, s.state, m.state, m."stateAt", $3, $4, $5, coalesce(w.store_id, w.lock_store_id), w.order_id,
           w.redemption_id, w.amount, w.reason
      FROM moved m JOIN seen s ON s.id = m.id JOIN wanted w ON w.id = m.id
  )
  SELECT * FROM moved`,
};

const MOVE_LOCKED = {
  name: 'coupons-move-locked',
  text: `
  WITH moved AS (
    UPDATE coupons.coupons
       SET state = $4, order_id = $5, locked_until = $6, lock_store_id = $7, lock_discount = $8, version = version + 1,
           state_at = clock_timestamp()
     WHERE corp_id = $1 AND id = $2 AND version = $3
    RETURNING version, state_at
  )
  INSERT INTO coupons.coupon_events (corp_id, coupon_id, version, from_state, to_state, at, actor_kind, actor_id, request_id,
         store_id, order_id, redemption_id, amount, reason)
  SELECT $1, $2, version, $9, $4, state_at, $10, $11, $12, coalesce($13::uuid, $7), $5, $14, $15, $16 FROM moved
  RETURNING version`,
};

/** Coupons. Inside an open unit of work. */
@Injectable()
export class CouponStore {
  constructor(private readonly database: Database) {}

  byIds(ids: readonly string[]): Promise<Coupon[]> {
    return this.select('c.id = ANY ($2::uuid[])', [ids]);
  }

  /** @param hashes of `Codes.hashOf`. */
  byHash(hashes: readonly Buffer[]): Promise<Coupon[]> {
    return this.select('c.code_hash = ANY ($2::bytea[])', [hashes]);
  }

  /** Of two who change the same coupons one waits; in the order of ids, so that they do not wait for each other. */
  lock(ids: readonly string[]): Promise<Coupon[]> {
    return this.select('c.id = ANY ($2::uuid[]) ORDER BY c.id FOR UPDATE', [ids]);
  }

  lockByHash(hashes: readonly Buffer[]): Promise<Coupon[]> {
    return this.select('c.code_hash = ANY ($2::bytea[]) ORDER BY c.id FOR UPDATE', [hashes]);
  }

  /**
   * The one way in which a coupon changes: with its event, in one statement.
   * @returns those that were moved; one with another version by now is not among them.
   * @throws the error of a CHECK for a transition that there is not: whoever calls it has asked `TRANSITIONS` before.
   */
  async move(moves: readonly CouponMove[]): Promise<Coupon[]> {
    if (moves.length === 0) return [];
    const context = requestContext.current();
    return this.database.query<Coupon>(MOVE, [
      this.database.corpId,
      moves.map((move) => JSON.stringify(rowOf(move))),
      context?.actor.kind ?? 'system',
      context?.actor.id ?? 'coupons',
      context?.requestId ?? null,
    ]);
  }

  /**
   * The same for one that its caller holds locked, so that its state is known: 0.4 instead of 1.1 ms of the database's
   * processor, which is most of what a redemption costs it.
   */
  async moveLocked(
    { id, version, state }: Pick<Coupon, 'id' | 'version' | 'state'>,
    { to, orderId, lock, storeId, redemptionId, amount, reason }: LockedMove,
  ): Promise<void> {
    const context = requestContext.current();
    await this.database.one(MOVE_LOCKED, [
      this.database.corpId,
      id,
      version,
      to,
      orderId ?? null,
      lock?.until ?? null,
      lock?.storeId ?? null,
      lock?.discount ?? null,
      state,
      context?.actor.kind ?? 'system',
      context?.actor.id ?? 'coupons',
      context?.requestId ?? null,
      storeId ?? null,
      redemptionId ?? null,
      amount ?? null,
      reason ?? null,
    ]);
  }

  private select(where: string, params: readonly unknown[]): Promise<Coupon[]> {
    return this.database.query<Coupon>(
      `SELECT ${COUPON_COLUMNS} FROM coupons.coupons c WHERE c.corp_id = $1 AND ${where}`,
      [this.database.corpId, ...params],
    );
  }
}

function rowOf({ lock, claim, ...move }: CouponMove): object {
  return {
    id: move.id,
    version: move.version,
    to_state: move.to,
    order_id: move.orderId,
    locked_until: lock?.until,
    lock_store_id: lock?.storeId,
    lock_discount: lock?.discount,
    customer_id: claim?.customerId,
    holder_id: claim?.holderId,
    seq: claim?.seq,
    valid_from: claim?.validFrom,
    valid_until: claim?.validUntil,
    returned: move.returned ?? false,
    store_id: move.storeId,
    redemption_id: move.redemptionId,
    amount: move.amount,
    reason: move.reason,
  };
}
