import { Injectable } from '@nestjs/common';
import { Audit } from '../../../../platform/audit/audit.js';
import { type RequestContext, requestContext } from '../../../../platform/context/request-context.js';
import { type CorpId, toPublicId } from '../../../../platform/context/typed-id.js';
import { isUnavailable } from '../../../../platform/database/unavailable.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { statusOf } from '../../../../platform/http/status-of.js';
import { claimsErrors } from '../claims.errors.js';
import {
  BATCH_ID_PREFIX,
  COUPON_ID_PREFIX,
  type IssueOrder,
  type IssueResult,
} from '../domain/issue-order.js';
import { refusalOf } from '../domain/refusal.js';
import { type ShownCoupon, ShownCoupons } from '../queries/shown-coupons.js';
import { Issuance } from './issuance.js';
import { SoldOut } from './sold-out.js';

const TOGETHER_MAX = 64;
/** While the database works on one transaction, this process makes codes for the next. */
const AT_A_TIME = 2;
const SOLD_OUT = claimsErrors.sold_out.code;

/** Orders say who they are of; the transaction is nobody's. */
const ITSELF: RequestContext = {
  requestId: 'claim-batcher',
  actor: { kind: 'system', id: 'coupons.claim-batcher', label: 'claim batcher' },
};

export type ClaimResult =
  | { readonly outcome: 'claimed'; readonly coupon: ShownCoupon; readonly replayed: boolean }
  | { readonly outcome: 'refused'; readonly code: string };

interface Waiting {
  readonly order: IssueOrder;
  readonly by: RequestContext | undefined;
  readonly resolve: (result: ClaimResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Of one batch. */
interface Queue {
  readonly waiting: Waiting[];
  workers: number;
}

/**
 * Gives many who claim from a batch at the same time their coupons in one transaction: they share its commit, and one lock on
 * the stock. Nobody waits for company: a claim goes at once, and those that come meanwhile go together after it. Who asks for
 * what is sold out is refused from memory.
 */
@Injectable()
export class ClaimBatcher {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly issuance: Issuance,
    private readonly shown: ShownCoupons,
    private readonly soldOut: SoldOut,
    private readonly audit: Audit,
  ) {}

  /**
   * In the name of the present caller. Many share a transaction, so it is no part of any other.
   * @returns what became of it, once it is committed. @throws when a unit of work is open: issue by `Issuance` then.
   */
  claim(corpId: CorpId, order: IssueOrder): Promise<ClaimResult> {
    if (this.unit.isOpen()) throw new Error('a unit of work is open: issue by Issuance');
    const { batchId, key } = order;
    if (this.soldOut.refuses(corpId, batchId, key))
      return Promise.resolve({ outcome: 'refused', code: SOLD_OUT });
    const by = requestContext.current();
    return new Promise((resolve, reject) => {
      const name = `${corpId}:${batchId}`;
      const queue = this.queues.get(name) ?? { waiting: [], workers: 0 };
      queue.waiting.push({ order, by, resolve, reject });
      this.queues.set(name, queue);
      if (queue.workers < AT_A_TIME) void requestContext.run(ITSELF, () => this.work(corpId, name, queue));
    });
  }

  private async work(corpId: CorpId, name: string, queue: Queue): Promise<void> {
    queue.workers++;
    while (queue.waiting.length > 0) await this.serve(corpId, queue.waiting.splice(0, TOGETHER_MAX));
    queue.workers--;
    if (queue.workers === 0) this.queues.delete(name);
  }

  private async serve(corpId: CorpId, together: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.unit.run(corpId, () => this.issue(together));
      for (const [at, { resolve, reject }] of together.entries()) {
        const result = results[at];
        if (result) resolve(result);
        else reject(new Error('a claim came back without a result'));
      }
      const short = results.findIndex((result) => result.outcome === 'refused' && result.code === SOLD_OUT);
      const batchId = together[short]?.order.batchId;
      if (batchId !== undefined) await this.soldOut.look(corpId, batchId);
    } catch (error) {
      if (together.length > 1 && !isUnavailable(error))
        for (const one of together) await this.serve(corpId, [one]); // only who broke it shall hear of it
      else for (const { reject } of together) reject(error);
    }
  }

  private async issue(together: readonly Waiting[]): Promise<ClaimResult[]> {
    const orders = together.map(({ order }) => order);
    const results = await this.issuance.issue(orders);
    const coupons = await this.shown.ofResults(orders, results);
    await this.audit.appendAll(together.map(({ order, by }, at) => auditEntryOf(order, by, results[at])));
    return results.map((result, at) => {
      const coupon = coupons[at];
      if (result.outcome === 'refused') return result;
      if (!coupon) throw new Error('a coupon was issued and is not there');
      return { outcome: 'claimed', coupon, replayed: result.replayed };
    });
  }
}

function auditEntryOf(
  { batchId }: IssueOrder,
  by: RequestContext | undefined,
  result: IssueResult | undefined,
) {
  const isIssued = result?.outcome === 'issued';
  return {
    action: 'coupons.claim',
    target: {
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      ...(isIssued && { made: toPublicId(COUPON_ID_PREFIX, result.couponId) }),
    },
    status: isIssued ? 201 : statusOf(refusalOf(result?.code ?? '').kind),
    by,
  };
}
