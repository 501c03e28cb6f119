import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { Posting, PostingResult } from '../domain/posting.js';
import { Ledger } from './ledger.js';

/** Twice the callers that one process serves at a time; more would only wait longer for each other. */
const BATCH_MAX = 64;

interface Waiting {
  readonly posting: Posting;
  readonly resolve: (result: PostingResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Books what many callers post at the same time in one transaction: they share its commit. Nobody waits for company: a
 * posting goes at once, and only what comes while one is under way is collected.
 */
@Injectable()
export class PostingBatcher {
  private readonly queues = new Map<CorpId, Waiting[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: Ledger,
  ) {}

  /** @returns what became of it, once it is committed. @throws when a unit of work is open: this one is not part of it. */
  post(corpId: CorpId, posting: Posting): Promise<PostingResult> {
    if (this.unitOfWork.isOpen()) throw new Error('a unit of work is open: post by Ledger');
    return new Promise((resolve, reject) => {
      const queue = this.queues.get(corpId);
      if (queue) queue.push({ posting, resolve, reject });
      else {
        this.queues.set(corpId, [{ posting, resolve, reject }]);
        void this.work(corpId);
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
        this.ledger.post(batch.map(({ posting }) => posting)),
      );
      for (const [at, { resolve, reject }] of batch.entries()) {
        const result = results[at];
        if (result) resolve(result);
        else reject(new Error('a posting came back without a result'));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
