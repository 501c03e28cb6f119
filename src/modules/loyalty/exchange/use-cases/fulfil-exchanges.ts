import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Events } from '../../../../platform/events/events.js';
import { refusalOf } from '../../ledger/domain/refusal.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { exchangeChanged } from '../../loyalty.events.js';
import type { Exchange, ExchangeState } from '../domain/exchange.js';
import { exchangeErrors } from '../exchange.errors.js';
import { BenefitStore } from '../persistence/benefit-store.js';
import { ExchangeStore } from '../persistence/exchange-store.js';
import { HandOut } from './hand-out.js';

/** What becomes of a prize after it was ordered. Saying the same again changes nothing. Inside an open unit of work. */
@Injectable()
export class FulfilExchanges {
  constructor(
    private readonly exchanges: ExchangeStore,
    private readonly benefits: BenefitStore,
    private readonly handOut: HandOut,
    private readonly ledger: Ledger,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws loyalty.exchange_not_found, loyalty.exchange_state */
  ship(id: string, trackingNumber: string | undefined): Promise<Exchange> {
    return this.move(id, 'shipped', { trackingNumber });
  }

  /** @throws loyalty.exchange_not_found, loyalty.exchange_state */
  deliver(id: string): Promise<Exchange> {
    return this.move(id, 'delivered');
  }

  /**
   * Points, piece and honour go back, exactly once: whoever moves the row does it.
   * @throws loyalty.exchange_not_found, loyalty.exchange_state
   */
  cancel(id: string, reason: string): Promise<Exchange> {
    return this.move(id, 'cancelled', { cancelledReason: reason }, async (exchange) => {
      await this.handOut.takeBack(exchange, reason);
      await this.refund(exchange, reason);
      await this.benefits.giveBack(exchange.benefitId);
    });
  }

  private async move(
    id: string,
    to: ExchangeState,
    change: { trackingNumber?: string | undefined; cancelledReason?: string } = {},
    also?: (exchange: Exchange) => Promise<void>,
  ): Promise<Exchange> {
    const moved = await this.exchanges.move(id, to, this.clock.now(), change);
    if (!moved) return this.unmoved(id, to);
    await also?.(moved);
    const { benefitId, memberId, customerId } = moved;
    await this.events.append(exchangeChanged, { exchangeId: id, benefitId, memberId, customerId, state: to });
    return moved;
  }

  private async unmoved(id: string, to: ExchangeState): Promise<Exchange> {
    const exchange = await this.exchanges.find(id);
    if (!exchange) throw exchangeErrors.exchange_not_found();
    if (exchange.state !== to) throw exchangeErrors.exchange_state({ state: exchange.state });
    return exchange;
  }

  private async refund({ id, benefitId, transferId }: Exchange, reason: string): Promise<void> {
    if (transferId === null) return;
    const benefit = await this.benefits.find(benefitId);
    if (!benefit) throw exchangeErrors.benefit_not_found();
    const key = `exchange:${id}:cancel`;
    const [result] = await this.ledger.reverse([{ key, programId: benefit.programId, transferId, reason }]);
    if (result?.outcome === 'posted') return;
    // somebody took the points back by themselves before: none is left to give
    if (result?.code !== loyaltyErrors.reversal_exceeds.code) throw refusalOf(result?.code ?? '');
  }
}
