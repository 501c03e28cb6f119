import { Global, Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { WelcomeCoupons } from '../../welcome/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { ClaimsModule } from '../claims/claims.module.js';
import { WelcomeOffersController } from './http/welcome-offers.controller.js';
import { WelcomeOfferStore } from './persistence/welcome-offer-store.js';
import { ShowWelcomeOffers } from './queries/show-welcome-offers.js';
import { WelcomeOutcomes } from './reactions/welcome-outcomes.js';
import { OfferWithWelcome } from './use-cases/offer-with-welcome.js';

/** What a welcome finds without knowing this module: calls go one way only, from whoever greets. */
@Global()
@Module({
  imports: [CustomersModule, BatchesModule, ClaimsModule],
  controllers: [WelcomeOffersController],
  providers: [
    ShowWelcomeOffers,
    WelcomeOfferStore,
    WelcomeOutcomes,
    { provide: WelcomeCoupons, useClass: OfferWithWelcome },
  ],
  exports: [WelcomeCoupons],
})
export class WelcomeCouponsModule {}
