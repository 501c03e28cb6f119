import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { CodesModule } from '../codes/codes.module.js';
import { LifeModule } from '../life/life.module.js';
import { ClaimLinksController } from './http/claim-links.controller.js';
import { ClaimsController } from './http/claims.controller.js';
import { EarlyRefusals } from './http/early-refusals.js';
import { LinkPageController } from './http/link-page.controller.js';
import { ClaimLinkStore } from './persistence/claim-link-store.js';
import { Issuer } from './persistence/issuer.js';
import { LinkOffers } from './queries/link-offers.js';
import { ShownCoupons } from './queries/shown-coupons.js';
import { StockReader } from './queries/stock-reader.js';
import { BulkIssuance } from './use-cases/bulk-issuance.js';
import { ClaimBatcher } from './use-cases/claim-batcher.js';
import { ClaimLinks } from './use-cases/claim-links.js';
import { Issuance } from './use-cases/issuance.js';
import { LinkClaims } from './use-cases/link-claims.js';
import { SoldOut } from './use-cases/sold-out.js';

/** The ways to get a coupon. */
@Module({
  imports: [CustomersModule, BatchesModule, CodesModule, LifeModule],
  controllers: [ClaimsController, ClaimLinksController, LinkPageController],
  providers: [
    Issuer,
    ClaimLinkStore,
    ClaimLinks,
    LinkClaims,
    BulkIssuance,
    LinkOffers,
    ShownCoupons,
    StockReader,
    Issuance,
    SoldOut,
    EarlyRefusals,
    ClaimBatcher,
  ],
  exports: [Issuance, BulkIssuance, ClaimBatcher, ClaimLinks],
})
export class ClaimsModule {}
