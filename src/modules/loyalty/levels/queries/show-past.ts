import { Injectable } from '@nestjs/common';
import { loyaltyErrors } from '../../loyalty.errors.js';
import {
  type DeliveredGrant,
  LevelHistoryStore,
  type LevelInterval,
} from '../persistence/level-history-store.js';
import { LevelMembers } from '../persistence/level-members.js';

/** What levels a member had, and what they brought. Inside an open unit of work. */
@Injectable()
export class ShowPast {
  constructor(
    private readonly members: LevelMembers,
    private readonly past: LevelHistoryStore,
  ) {}

  /** @throws loyalty.member_not_found */
  async history(
    memberId: string,
    before: { startedAt: string } | undefined,
    limit: number,
  ): Promise<LevelInterval[]> {
    await this.check(memberId);
    return this.past.list(memberId, before, limit);
  }

  /** @throws loyalty.member_not_found */
  async grants(
    memberId: string,
    after: { level: string; benefit: string; period: string } | undefined,
    limit: number,
  ): Promise<DeliveredGrant[]> {
    await this.check(memberId);
    return this.past.grantsOf(memberId, after, limit);
  }

  private async check(memberId: string): Promise<void> {
    if (!(await this.members.find(memberId))) throw loyaltyErrors.member_not_found();
  }
}
