import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { HonoursModule } from '../honours/honours.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LevelsModule } from '../levels/levels.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { BenefitsController } from './http/benefits.controller.js';
import { ExchangesController } from './http/exchanges.controller.js';
import { BenefitStore } from './persistence/benefit-store.js';
import { ExchangeStore } from './persistence/exchange-store.js';
import { Eligibility } from './queries/eligibility.js';
import { ShowExchanges } from './queries/show-exchanges.js';
import { ForgetParcels } from './reactions/forget-parcels.js';
import { DefineBenefits } from './use-cases/define-benefits.js';
import { ExchangeBenefits } from './use-cases/exchange-benefits.js';
import { FulfilExchanges } from './use-cases/fulfil-exchanges.js';
import { HandOut } from './use-cases/hand-out.js';

/** Points for benefits: the catalogue, and what became of what was taken from it. */
@Module({
  imports: [CustomersModule, ProgramsModule, LedgerModule, HonoursModule, LevelsModule],
  controllers: [BenefitsController, ExchangesController],
  providers: [
    BenefitStore,
    ExchangeStore,
    Eligibility,
    ShowExchanges,
    DefineBenefits,
    ExchangeBenefits,
    FulfilExchanges,
    HandOut,
    ForgetParcels,
  ],
  exports: [ExchangeBenefits, ShowExchanges],
})
export class ExchangeModule {}
