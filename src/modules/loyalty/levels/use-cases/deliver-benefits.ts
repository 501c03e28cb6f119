import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Honours } from '../../honours/use-cases/honours.js';
import { honoursErrors } from '../../honours/honours.errors.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import type { BenefitsGranted } from '../../loyalty.events.js';
import { POINTS_WALLET } from '../../programs/domain/program.js';
import { LevelHistoryStore } from '../persistence/level-history-store.js';

type Grant = BenefitsGranted['grants'][number];

/** Brings what was granted: points by their own business key, so that never twice; honours. Inside an open unit of work. */
@Injectable()
export class DeliverBenefits {
  constructor(
    private readonly ledger: Ledger,
    private readonly honours: Honours,
    private readonly history: LevelHistoryStore,
    private readonly clock: Clock,
  ) {}

  async deliver({ programId, grants }: BenefitsGranted): Promise<void> {
    const points = grants.filter(({ kind }) => kind === 'points');
    const honours = grants.filter(({ kind }) => kind === 'honour');
    const booked = await this.ledger.post(
      points.map((grant) => ({
        key: `level:${grant.memberId}:${grant.level}:${grant.benefit}:${grant.period}`,
        programId,
        customerId: grant.customerId,
        wallet: POINTS_WALLET,
        kind: 'earn',
        amount: grant.points ?? 0,
        reason: `${grant.level} ${grant.benefit} ${grant.period}`,
      })),
    );
    const given = await this.honours.grant(
      honours.map(({ honourId = '', memberId }) => ({ honourId, memberId, source: 'level' })),
    );
    await this.history.settleGrants(
      [...settled(points, booked), ...settled(honours, given)],
      this.clock.now(),
    );
  }
}

function settled(
  grants: readonly Grant[],
  results: readonly ({ outcome: string } | { outcome: 'refused'; code: string })[],
) {
  return grants.map(({ memberId, level, benefit, period }, index) => {
    const result = results[index];
    const code = result && 'code' in result ? result.code : null;
    const problem = code === honoursErrors.honour_held.code ? null : code; // he has it: that is what was promised
    return { memberId, level, benefit, period, problem };
  });
}
