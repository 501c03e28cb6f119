import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import type { Posting, PostingResult, Reversal } from './ledger/domain/posting.js';
import { Ledger } from './ledger/use-cases/ledger.js';
import { PostingBatcher } from './ledger/use-cases/posting-batcher.js';
import { PersonLevels } from './levels/queries/person-levels.js';
import { DEFAULT_PROGRAM } from './programs/domain/program.js';
import { PersonMembers } from './programs/persistence/person-members.js';
import { Programs } from './programs/queries/programs.js';
import { ShowMembers } from './programs/queries/show-members.js';

/** What other modules ask this one. But for `postAlone` inside an open unit of work, which it joins: both happen, or neither. */
@Injectable()
export class LoyaltyFacade {
  constructor(
    private readonly ledger: Ledger,
    private readonly batcher: PostingBatcher,
    private readonly programs: Programs,
    private readonly members: PersonMembers,
    private readonly levels: PersonLevels,
    private readonly shown: ShowMembers,
  ) {}

  /** Whose membership it is. @throws loyalty.member_not_found */
  async customerOfMember(memberId: string): Promise<string> {
    return (await this.shown.get(memberId)).customerId;
  }

  /** @param postings at most 1,000. @returns a result for each, in the same order; a refused one has changed nothing. */
  post(postings: readonly Posting[]): Promise<PostingResult[]> {
    return this.ledger.post(postings);
  }

  /**
   * For whoever has one posting and nothing that must happen with it, such as a job for each message: many of them share a
   * commit, which is all that a posting costs when they come at once.
   * @returns what became of it, once it is durable. @throws when a unit of work is open.
   */
  postAlone(corpId: CorpId, posting: Posting): Promise<PostingResult> {
    return this.batcher.post(corpId, posting);
  }

  /** Takes postings back, wholly or in part; at most 1,000. */
  reverse(reversals: readonly Reversal[]): Promise<PostingResult[]> {
    return this.ledger.reverse(reversals);
  }

  /** Keys of the levels of a program, the lowest first; empty when it has none. */
  levelKeysOf(programId: string): Promise<string[]> {
    return this.levels.keysOf(programId);
  }

  /**
   * The level that a person has in the default program, the highest of his customers.
   * @param customerIds all who are one person (`CustomersFacade.customersOf`)
   * @returns its key; undefined: he is no member, or there are no levels.
   */
  async levelOf(customerIds: readonly string[]): Promise<string | undefined> {
    const program = await this.programs.byKey(DEFAULT_PROGRAM);
    if (!program) return undefined;
    const members = await this.members.listOf(program.id, customerIds);
    if (members.length === 0) return undefined;
    const level = await this.levels.highestOf(
      program.id,
      members.map(({ id }) => id),
    );
    return level?.key;
  }
}
