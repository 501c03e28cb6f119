import { Injectable } from '@nestjs/common';
import type { Posting, PostingResult, Reversal } from './ledger/domain/posting.js';
import { Ledger } from './ledger/use-cases/ledger.js';

/** What other modules ask this one. Inside an open unit of work, which it joins: both happen, or neither. */
@Injectable()
export class LoyaltyFacade {
  constructor(private readonly ledger: Ledger) {}

  /** @param postings at most 1,000. @returns a result for each, in the same order; a refused one has changed nothing. */
  post(postings: readonly Posting[]): Promise<PostingResult[]> {
    return this.ledger.post(postings);
  }

  /** Takes postings back, wholly or in part; at most 1,000. */
  reverse(reversals: readonly Reversal[]): Promise<PostingResult[]> {
    return this.ledger.reverse(reversals);
  }
}
