import { Injectable } from '@nestjs/common';
import { ExchangeBenefits } from '../../exchange/use-cases/exchange-benefits.js';
import type { Posting } from '../../ledger/domain/posting.js';
import { refusalOf } from '../../ledger/domain/refusal.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { GROWTH_WALLET, POINTS_WALLET } from '../../programs/domain/program.js';
import type { Milestone, ReachedMilestone, Reward } from '../domain/check-in.js';

export interface RewardedDay {
  readonly programId: string;
  readonly memberId: string;
  readonly customerId: string;
  readonly day: string;
}

/** What a day and its milestones are worth, booked. Inside the unit of work of the check-in. */
@Injectable()
export class RewardCheckIns {
  constructor(
    private readonly ledger: Ledger,
    private readonly exchange: ExchangeBenefits,
  ) {}

  /** A benefit that cannot be given takes no points away: its milestone says why. @throws what the ledger refuses */
  async give(
    day: RewardedDay,
    reward: Reward,
    milestones: readonly Milestone[],
  ): Promise<ReachedMilestone[]> {
    const base = `check-in:${day.memberId}:${day.day}`;
    const results = await this.ledger.post([
      ...postingsOf(day, base, 'check-in', reward),
      ...milestones.flatMap((one) =>
        postingsOf(day, `${base}:${one.days}`, `check-in ${one.days} days`, one),
      ),
    ]);
    for (const result of results) if (result.outcome === 'refused') throw refusalOf(result.code);
    const reached: ReachedMilestone[] = [];
    for (const one of milestones) reached.push(await this.reach(day, one)); // seldom more than one
    return reached;
  }

  private async reach(
    day: RewardedDay,
    { benefitId, days, points, growth }: Milestone,
  ): Promise<ReachedMilestone> {
    if (benefitId === null) return { days, points, growth, exchangeId: null, refusal: null };
    const taken = await this.exchange.give(benefitId, day.customerId, 'check_in');
    if ('refusal' in taken)
      return { days, points, growth, exchangeId: null, refusal: `loyalty.${taken.refusal}` };
    return { days, points, growth, exchangeId: taken.exchange.id, refusal: null };
  }
}

function postingsOf(
  { programId, customerId }: RewardedDay,
  key: string,
  reason: string,
  reward: Reward,
): Posting[] {
  const postings: Posting[] = [
    { key, programId, customerId, wallet: POINTS_WALLET, kind: 'earn', amount: reward.points, reason },
    {
      key: `${key}:growth`,
      programId,
      customerId,
      wallet: GROWTH_WALLET,
      kind: 'earn',
      amount: reward.growth,
      reason,
    },
  ];
  return postings.filter(({ amount }) => amount > 0);
}
