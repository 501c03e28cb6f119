import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { honoursErrors } from '../../honours/honours.errors.js';
import { refusalOf as ledgerRefusalOf } from '../../ledger/domain/refusal.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { POINTS_WALLET } from '../../programs/domain/program.js';
import { PersonTurns } from '../../programs/use-cases/person-turns.js';
import { type Benefit, type ExchangeRefusal, refusalOf } from '../domain/benefit.js';
import { type Exchange, freeSeq } from '../domain/exchange.js';
import { exchangeErrors } from '../exchange.errors.js';
import { BenefitStore } from '../persistence/benefit-store.js';
import { Eligibility } from '../queries/eligibility.js';
import { HandOut } from './hand-out.js';

export type Taken = { readonly exchange: Exchange } | { readonly refusal: ExchangeRefusal };

const { honour_held, honour_ended } = honoursErrors;
const ERROR_OF = { ...exchangeErrors, honour_held, honour_ended };

/** Points for a benefit, or a benefit for nothing. Inside an open unit of work. */
@Injectable()
export class ExchangeBenefits {
  constructor(
    private readonly benefits: BenefitStore,
    private readonly turns: PersonTurns,
    private readonly eligibility: Eligibility,
    private readonly ledger: Ledger,
    private readonly handOut: HandOut,
    private readonly ids: Ids,
  ) {}

  /**
   * Both or neither (law P-13): whatever it throws, the unit of work must not commit.
   * @throws loyalty.benefit_not_found, loyalty.benefit_not_active, loyalty.benefit_not_for_points,
   * loyalty.benefit_level_too_low, loyalty.benefit_limit_reached, loyalty.benefit_out_of_stock, loyalty.honour_held,
   * loyalty.honour_ended, loyalty.customer_not_found, and what the ledger refuses, as loyalty.points_insufficient
   */
  async exchange(benefitId: string, customerId: string): Promise<Exchange> {
    const taken = await this.take(await this.get(benefitId), customerId, 'points');
    if ('refusal' in taken) throw ERROR_OF[taken.refusal]();
    return taken.exchange;
  }

  /**
   * For nothing. Where it is refused, nothing was written and the unit of work can go on.
   * @throws loyalty.benefit_not_found
   */
  async give(benefitId: string, customerId: string, source: 'check_in'): Promise<Taken> {
    return this.take(await this.get(benefitId), customerId, source);
  }

  /** Points first, then the piece: its row is the one that others wait for. */
  private async take(benefit: Benefit, customerId: string, source: Exchange['source']): Promise<Taken> {
    const { memberId, memberIds } = await this.turns.take(benefit.programId, customerId);
    const isForPoints = source === 'points';
    const { wish, pieces } = await this.eligibility.of(benefit, { memberId, memberIds, isForPoints });
    const refusal = refusalOf(benefit, wish);
    if (refusal) return { refusal };
    const id = this.ids.next();
    const cost = isForPoints ? (benefit.cost ?? 0) : 0;
    const transferId = cost > 0 ? await this.pay(benefit, { id, customerId, cost }) : null;
    const order = { id, memberId, customerId, seq: freeSeq(pieces), cost, transferId, source };
    const exchange = await this.handOut.hand(benefit, order);
    return exchange ? { exchange } : { refusal: 'benefit_out_of_stock' };
  }

  private async pay(
    { programId }: Benefit,
    { id, customerId, cost }: { id: string; customerId: string; cost: number },
  ): Promise<string> {
    const [paid] = await this.ledger.post([
      { key: `exchange:${id}`, programId, customerId, wallet: POINTS_WALLET, kind: 'spend', amount: cost },
    ]);
    if (paid?.outcome !== 'posted') throw ledgerRefusalOf(paid?.code ?? '');
    return paid.transferId;
  }

  private async get(benefitId: string): Promise<Benefit> {
    const benefit = await this.benefits.find(benefitId);
    if (!benefit) throw exchangeErrors.benefit_not_found();
    return benefit;
  }
}
