import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Batches } from '../../batches/queries/batches.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import { audiencesErrors } from '../audiences.errors.js';
import type { Audience, MemberOutcome } from '../domain/audience.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { MemberStore } from '../persistence/member-store.js';
import type { AudiencePart } from './audience-parts.js';
import { AudienceWork } from './audience-work.js';
import { IssueToMembers } from './issue-to-members.js';

/** The batch was stopped: that says nothing of a customer, whose turn comes when it runs again. */
const NOT_ISSUING = claimsErrors.batch_not_issuing.code;

/** Gives some customers theirs in one transaction, together with how far the audience is. */
@Injectable()
export class AudienceStep {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: AudienceStore,
    private readonly members: MemberStore,
    private readonly batches: Batches,
    private readonly issuing: IssueToMembers,
    private readonly work: AudienceWork,
  ) {}

  /**
   * @returns `overtaken`: another process that works on the same audience was faster, and nothing was done.
   * @throws operations.state_conflict when it was cancelled or waits for an answer; coupons.audience_batch_not_running
   */
  do(corpId: CorpId, id: string, part: AudiencePart): Promise<'done' | 'more' | 'overtaken'> {
    return this.unit.run(corpId, async () => {
      await this.store.beginStep();
      const audience = await this.store.lock(id);
      if (audience?.state !== 'running')
        throw operationsErrors.state_conflict({ state: audience?.state ?? 'gone' });
      const isSameRun = audience.operationId === part.audience.operationId;
      if (!isSameRun || audience.cursor !== part.after) return 'overtaken';
      const last = part.customerIds.at(-1);
      if (last === undefined) {
        await this.work.finish(audience);
        return 'done';
      }
      const outcomes = await this.issuing.issue(audience, part);
      if (outcomes.some(({ refusal }) => refusal === NOT_ISSUING)) await this.refuseToGoOn(audience);
      await this.note(audience, last, outcomes);
      return 'more';
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
