import { Injectable } from '@nestjs/common';
import { type RequestContext, requestContext } from '../../../../platform/context/request-context.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { Posting, PostingResult } from '../domain/posting.js';
import type { Ordered } from './ledger-items.js';
import { Ledger } from './ledger.js';

/** Twice the callers that one process serves at a time; more would only wait longer for each other. */
const BATCH_MAX = 64;

/** Orders say who they are of; the transaction is nobody's. */
const ITSELF: RequestContext = {
  requestId: 'posting-batcher',
  actor: { kind: 'system', id: 'loyalty.posting-batcher', label: 'posting batcher' },
};

interface Waiting {
  readonly order: Ordered;
  readonly resolve: (result: PostingResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Books what many callers post at the same time in one transaction: they share its commit. Nobody waits for company: a
 * posting goes at once, and what comes while one is under way goes together after it, a few milliseconds later.
 */
@Injectable()
export class PostingBatcher {
  private readonly queues = new Map<CorpId, Waiting[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: Ledger,
  ) {}

  /**
   * In the name of the present caller. Many for one corp share a transaction, so it is no part of any other.
   * @returns what became of it, once it is committed. @throws when a unit of work is open: post by `Ledger` then.
   */
  post(corpId: CorpId, posting: Posting): Promise<PostingResult> {
    if (this.unitOfWork.isOpen()) throw new Error('a unit of work is open: post by Ledger');
    const order = { ...posting, by: requestContext.current() };
    return new Promise((resolve, reject) => {
      const queue = this.queues.get(corpId);
      if (queue) queue.push({ order, resolve, reject });
      else {
        this.queues.set(corpId, [{ order, resolve, reject }]);
        void requestContext.run(ITSELF, () => this.work(corpId));
      }
    });
  }

  private async work(corpId: CorpId): Promise<void> {
    for (let queue = this.queues.get(corpId); queue?.length; queue = this.queues.get(corpId))
      await this.book(corpId, queue.splice(0, BATCH_MAX));
    this.queues.delete(corpId);
  }

  private async book(corpId: CorpId, batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.unitOfWork.run(corpId, () =>
        this.ledger.post(batch.map(({ order }) => order)),
      );
      for (const [at, { resolve, reject }] of batch.entries()) {
        const result = results[at];
        if (result) resolve(result);
        else reject(new Error('a posting came back without a result'));
      }
    } catch (error) {
      if (batch.length > 1)
        for (const one of batch) await this.book(corpId, [one]); // only who broke it shall hear of it
      else batch[0]?.reject(error);
    }
  }
}
