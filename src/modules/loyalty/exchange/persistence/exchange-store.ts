import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { type Exchange, type ExchangeState, REACHED_FROM } from '../domain/exchange.js';

export interface ExchangeFilter {
  readonly state?: ExchangeState | undefined;
  readonly benefitId?: string | undefined;
  readonly customerIds?: readonly string[] | undefined;
}

const COLUMNS = `id, benefit_id AS "benefitId", member_id AS "memberId", customer_id AS "customerId", seq, cost,
  transfer_id AS "transferId", grant_id AS "grantId", coupon_id AS "couponId", source, state, state_at AS "stateAt",
  tracking_number AS "trackingNumber", cancelled_reason AS "cancelledReason", created_at AS "createdAt"`;

@Injectable()
export class ExchangeStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes a piece and writes who has it, as one statement. The row of the benefit is what everybody waits for, so it comes
   * last in a transaction. @returns false: none is left
   */
  async take(exchange: Exchange): Promise<boolean> {
    const rows = await this.database.execute(
      `WITH piece AS (
         UPDATE loyalty.benefits SET taken = taken + 1 WHERE corp_id = $1 AND id = $3 AND taken < stock RETURNING id)
       INSERT INTO loyalty.exchanges (corp_id, id, benefit_id, member_id, customer_id, seq, cost, transfer_id, source,
              state, state_at, created_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11
         FROM loyalty.benefits b
        WHERE b.corp_id = $1 AND b.id = $3 AND (b.stock IS NULL OR EXISTS (SELECT FROM piece))`,
      [
        this.database.corpId,
        exchange.id,
        exchange.benefitId,
        exchange.memberId,
        exchange.customerId,
        exchange.seq,
        exchange.cost,
        exchange.transferId,
        exchange.source,
        exchange.state,
        exchange.createdAt,
      ],
    );
    return rows === 1;
  }

  /** The numbers of the pieces that these members have. */
  async piecesOf(benefitId: string, memberIds: readonly string[]): Promise<number[]> {
    const rows = await this.database.query<{ seq: number }>(
      `SELECT seq FROM loyalty.exchanges
        WHERE corp_id = $1 AND member_id = ANY($2::uuid[]) AND benefit_id = $3 AND state <> 'cancelled'`,
      [this.database.corpId, memberIds, benefitId],
    );
    return rows.map(({ seq }) => seq);
  }

  async setGiven(id: string, given: Pick<Exchange, 'grantId' | 'couponId'>): Promise<void> {
    await this.database.execute(
      'UPDATE loyalty.exchanges SET grant_id = $3, coupon_id = $4 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, given.grantId, given.couponId],
    );
  }

  find(id: string): Promise<Exchange | undefined> {
    return this.database.maybeOne<Exchange>(
      `SELECT ${COLUMNS} FROM loyalty.exchanges WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  /** Of two who move it at the same time one does. @returns undefined: it is not where it can be moved from */
  move(
    id: string,
    to: ExchangeState,
    at: Date,
    change: { trackingNumber?: string | undefined; cancelledReason?: string } = {},
  ): Promise<Exchange | undefined> {
    return this.database.maybeOne<Exchange>(
      `UPDATE loyalty.exchanges SET state = $3, state_at = $4, tracking_number = coalesce($5, tracking_number),
              cancelled_reason = $6
        WHERE corp_id = $1 AND id = $2 AND state = ANY($7::text[]) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        id,
        to,
        at,
        change.trackingNumber ?? null,
        change.cancelledReason ?? null,
        REACHED_FROM[to],
      ],
    );
  }

  async forgetParcels(customerIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.exchanges SET tracking_number = NULL
        WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND tracking_number IS NOT NULL`,
      [this.database.corpId, customerIds],
    );
  }

  /** The newest first: their ids follow time. */
  list(filter: ExchangeFilter, after: string | undefined, limit: number): Promise<Exchange[]> {
    const params: unknown[] = [this.database.corpId, limit];
    const conditions: string[] = [];
    if (filter.state) conditions.push(`state = $${params.push(filter.state)}`);
    if (filter.benefitId) conditions.push(`benefit_id = $${params.push(filter.benefitId)}`);
    if (filter.customerIds) conditions.push(`customer_id = ANY($${params.push(filter.customerIds)}::uuid[])`);
    if (after) conditions.push(`id < $${params.push(after)}`);
    return this.database.query<Exchange>(
      `SELECT ${COLUMNS} FROM loyalty.exchanges
        WHERE corp_id = $1 ${conditions.map((one) => `AND ${one}`).join(' ')} ORDER BY id DESC LIMIT $2`,
      params,
    );
  }
}
