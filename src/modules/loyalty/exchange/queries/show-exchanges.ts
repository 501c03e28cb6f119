import { Injectable } from '@nestjs/common';
import { CustomersFacade } from '../../../customers/index.js';
import { Programs } from '../../programs/queries/programs.js';
import type { Benefit } from '../domain/benefit.js';
import type { Exchange, ExchangeState } from '../domain/exchange.js';
import { exchangeErrors } from '../exchange.errors.js';
import { BenefitStore } from '../persistence/benefit-store.js';
import { ExchangeStore } from '../persistence/exchange-store.js';

/** The catalogue and what came of it, as the API shows them. Inside an open unit of work. */
@Injectable()
export class ShowExchanges {
  constructor(
    private readonly benefits: BenefitStore,
    private readonly exchanges: ExchangeStore,
    private readonly programs: Programs,
    private readonly customers: CustomersFacade,
  ) {}

  /** @throws loyalty.benefit_not_found */
  async getBenefit(id: string): Promise<Benefit> {
    const benefit = await this.benefits.find(id);
    if (!benefit) throw exchangeErrors.benefit_not_found();
    return benefit;
  }

  /** @throws loyalty.program_not_found */
  async listBenefits(programId: string, after: string | undefined, limit: number): Promise<Benefit[]> {
    const program = await this.programs.get(programId);
    return this.benefits.list(program.id, after, limit);
  }

  /** @throws loyalty.exchange_not_found */
  async get(id: string): Promise<Exchange> {
    const exchange = await this.exchanges.find(id);
    if (!exchange) throw exchangeErrors.exchange_not_found();
    return exchange;
  }

  /** Of a customer: of all who are one person with him. */
  async list(
    filter: { state?: ExchangeState; benefitId?: string; customerId?: string },
    after: string | undefined,
    limit: number,
  ): Promise<Exchange[]> {
    const { state, benefitId, customerId } = filter;
    const customerIds = customerId === undefined ? undefined : await this.customers.customersOf(customerId);
    return this.exchanges.list({ state, benefitId, customerIds }, after, limit);
  }
}
