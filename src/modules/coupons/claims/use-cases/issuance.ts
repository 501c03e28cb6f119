import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import { CustomersFacade } from '../../../customers/index.js';
import { Codes, type SealedCode } from '../../codes/use-cases/codes.js';
import { couponsErrors } from '../../coupons.errors.js';
import { COUPONS_PER_EVENT_MAX, couponsIssued } from '../../coupons.events.js';
import { claimsErrors } from '../claims.errors.js';
import { type IssueOrder, type IssueResult, ORDERS_PER_CALL_MAX } from '../domain/issue-order.js';
import { type IssuedRow, Issuer, type OrderRow } from '../persistence/issuer.js';

/**
 * How coupons come to be (laws C-1 and C-2): never more than the stock, never more for a person than the batch allows,
 * whoever else is issuing at the same time. Inside an open unit of work, which it joins.
 */
@Injectable()
export class Issuance {
  constructor(
    private readonly issuer: Issuer,
    private readonly codes: Codes,
    private readonly customers: CustomersFacade,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /**
   * @param orders at most 1,000; where the stock is short the first ones get what is left. Of two with one key the second
   *   repeats the first.
   * @returns a result for each, in the same order. Codes of refusals: `batch_not_found`, `batch_not_issuing`,
   *   `batch_not_open`, `batch_over`, `customer_not_found`, `limit_reached`, `sold_out`, `issue_key_reused`, after `coupons.`
   */
  async issue(orders: readonly IssueOrder[]): Promise<IssueResult[]> {
    if (orders.length > ORDERS_PER_CALL_MAX)
      throw new Error(`${orders.length} coupons in one call, at most ${ORDERS_PER_CALL_MAX}`);
    const firsts = new Map<string, IssueOrder>();
    for (const order of orders) if (!firsts.has(order.key)) firsts.set(order.key, order);
    const results = await this.issueFirsts([...firsts.values()]);
    return orders.map((order) => {
      const first = firsts.get(order.key) ?? order;
      const result = resultOf(results, order.key);
      return first === order ? result : repeated(order, first, result);
    });
  }

  /** Batch after batch in the order of their ids, so that two calls do not wait for each other in a circle. */
  private async issueFirsts(orders: readonly IssueOrder[]): Promise<Map<string, IssueResult>> {
    const members = await this.membersOf(orders);
    const results = new Map<string, IssueResult>();
    for (const batchId of [...new Set(orders.map((order) => order.batchId))].sort()) {
      const ofBatch = orders.filter((order) => order.batchId === batchId);
      const { rows, codes } = await this.rowsOf(ofBatch, members);
      for (const row of rows.length > 0 ? await this.issueRows(batchId, rows) : [])
        results.set(keyOf(ofBatch, row.n), issuedOf(row, codes[row.n]?.code ?? ''));
    }
    for (const { key } of orders)
      if (!results.has(key)) results.set(key, refused(couponsErrors.customer_not_found.code));
    await this.tell(orders, results);
    return results;
  }

  /** By customer, all customers that are one person with him; those whom the corp does not have are missing. */
  private membersOf(orders: readonly IssueOrder[]): Promise<Map<string, string[]>> {
    return this.customers.personsOf([...new Set(orders.flatMap(({ customerId }) => customerId ?? []))]);
  }

  /** All at once where nothing speaks against it; where somebody is in conflict after all, each for itself. */
  private async issueRows(batchId: string, rows: readonly OrderRow[]): Promise<IssuedRow[]> {
    const issued = isPlain(rows) && (await this.issuer.issueAll(batchId, 1, byCustomer(rows)));
    if (!issued) return this.issuer.issue(batchId, rows);
    return rows.map(({ n, id }) => ({ n, code: null, couponId: id, replayed: false, ...issued }));
  }

  private async rowsOf(
    orders: readonly IssueOrder[],
    members: ReadonlyMap<string, string[]>,
  ): Promise<{ rows: OrderRow[]; codes: SealedCode[] }> {
    const ids = orders.map(() => this.ids.next());
    const codes = await this.codesOf(orders, ids);
    const rows = orders.flatMap(
      ({ key, customerId, source, sourceId = null, channel = null, validity }, n) => {
        const [id, code] = [ids[n], codes[n]];
        const person = customerId === null ? [] : members.get(customerId);
        if (id === undefined || !code || !person) return [];
        const { hash, cipher } = code;
        return {
          n,
          id,
          key,
          customer: customerId,
          members: person,
          source,
          sourceId,
          channel,
          hash,
          cipher,
          validity,
        };
      },
    );
    return { rows, codes };
  }

  /** New ones but for those that come with their own. */
  private async codesOf(orders: readonly IssueOrder[], ids: readonly string[]): Promise<SealedCode[]> {
    const isGiven = (_: string, n: number): boolean => orders[n]?.code !== undefined;
    const made = await this.codes.make(ids.filter((id, n) => !isGiven(id, n)));
    if (made.length === ids.length) return made;
    const given = orders.flatMap(({ code: text }, n) =>
      text === undefined ? [] : [{ id: ids[n] ?? '', text }],
    );
    const sealed = await this.codes.seal(given);
    return ids.flatMap((id, n) => (isGiven(id, n) ? sealed : made).shift() ?? []);
  }

  private async tell(
    orders: readonly IssueOrder[],
    results: ReadonlyMap<string, IssueResult>,
  ): Promise<void> {
    const coupons = orders.flatMap(({ key, batchId, customerId, source, channel }) => {
      const result = resultOf(results, key);
      if (result.outcome !== 'issued' || result.replayed) return [];
      return [{ couponId: result.couponId, batchId, customerId, source, channel: channel ?? null }];
    });
    for (let at = 0; at < coupons.length; at += COUPONS_PER_EVENT_MAX)
      await this.events.append(couponsIssued, { coupons: coupons.slice(at, at + COUPONS_PER_EVENT_MAX) });
  }
}

/** For as many persons, of one customer each, valid as the batch says and with codes of one length. */
function isPlain(rows: readonly OrderRow[]): boolean {
  const isUsual = ({ members, validity, cipher }: OrderRow): boolean =>
    members.length === 1 && validity === undefined && cipher.length === rows[0]?.cipher.length;
  return rows.every(isUsual) && new Set(rows.map(({ customer }) => customer)).size === rows.length;
}

function byCustomer(rows: readonly OrderRow[]): OrderRow[] {
  return rows.toSorted((a, b) => ((a.customer ?? '') < (b.customer ?? '') ? -1 : 1));
}

function issuedOf({ code, couponId, replayed, ...row }: IssuedRow, couponCode: string): IssueResult {
  if (code !== null) return refused(code);
  if (replayed) return { outcome: 'issued', couponId, replayed };
  const { validFrom, validUntil, issuedAt } = row;
  return {
    outcome: 'issued',
    couponId,
    replayed,
    made: { code: couponCode, validFrom, validUntil, issuedAt },
  };
}

function refused(code: string): IssueResult {
  return { outcome: 'refused', code };
}

function keyOf(orders: readonly IssueOrder[], n: number): string {
  const order = orders[n];
  if (!order) throw new Error(`no order has the number ${n}`);
  return order.key;
}

function resultOf(results: ReadonlyMap<string, IssueResult>, key: string): IssueResult {
  const result = results.get(key);
  if (!result) throw new Error('an order came back without a result');
  return result;
}

function repeated(order: IssueOrder, first: IssueOrder, result: IssueResult): IssueResult {
  const isSame = order.batchId === first.batchId && order.customerId === first.customerId;
  if (!isSame) return refused(claimsErrors.issue_key_reused.code);
  return result.outcome === 'issued'
    ? { outcome: 'issued', couponId: result.couponId, replayed: true }
    : result;
}
