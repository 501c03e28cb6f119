import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Batches } from '../../batches/queries/batches.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import type { CouponsAhead } from '../../claims/use-cases/bulk-issuance.js';
import { audiencesErrors } from '../audiences.errors.js';
import type { Audience, MemberOutcome } from '../domain/audience.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { MemberStore } from '../persistence/member-store.js';
import { AudienceWork } from './audience-work.js';
import { IssueToMembers } from './issue-to-members.js';

/** The batch was stopped: that says nothing of a customer, whose turn comes when it runs again. */
const NOT_ISSUING = claimsErrors.batch_not_issuing.code;

/** Gives some customers theirs in one transaction, together with how far the audience is. */
@Injectable()
export class AudienceStep {
  /** A transaction of some 100 ms. */
  readonly couponsMax: number = 4_000;

  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: AudienceStore,
    private readonly members: MemberStore,
    private readonly batches: Batches,
    private readonly issuing: IssueToMembers,
    private readonly work: AudienceWork,
  ) {}

  /**
   * @returns whether there may be more to do.
   * @throws operations.state_conflict when it was cancelled or waits for an answer; coupons.audience_batch_not_running
   */
  do(corpId: CorpId, id: string, ahead: CouponsAhead): Promise<boolean> {
    return this.unit.run(corpId, async () => {
      await this.store.beginStep();
      // of two processes that work on the same audience the second one goes on behind what the first one has done
      const audience = await this.store.lock(id);
      if (audience?.state !== 'running')
        throw operationsErrors.state_conflict({ state: audience?.state ?? 'gone' });
      const limit = Math.ceil(this.couponsMax / audience.each);
      const customerIds = await this.members.after(audience, audience.cursor, limit);
      const last = customerIds.at(-1);
      if (last === undefined) {
        await this.work.finish(audience);
        return false;
      }
      const outcomes = await this.issuing.issue(audience, customerIds, ahead);
      if (outcomes.some(({ refusal }) => refusal === NOT_ISSUING)) await this.refuseToGoOn(audience);
      await this.note(audience, last, outcomes);
      return true;
    });
  }

  private async refuseToGoOn({ batchId }: Audience): Promise<never> {
    const { state } = await this.batches.get(batchId);
    throw audiencesErrors.audience_batch_not_running({ state });
  }

  private async note(audience: Audience, last: string, outcomes: readonly MemberOutcome[]): Promise<void> {
    await this.members.note(audience, outcomes);
    const refused = outcomes.filter(({ refusal }) => refusal !== null).length;
    const before = audience.onlyRefused ? outcomes.length : 0;
    await this.store.advance(audience.id, last, {
      done: outcomes.length,
      issued: outcomes.reduce((sum, { fresh }) => sum + fresh, 0),
      refused: refused - before,
    });
    await this.work.progress(audience, audience.done + outcomes.length);
  }
}
