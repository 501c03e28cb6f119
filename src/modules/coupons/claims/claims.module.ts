import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { CodesModule } from '../codes/codes.module.js';
import { LifeModule } from '../life/life.module.js';
import { ClaimsController } from './http/claims.controller.js';
import { BulkIssuer } from './persistence/bulk-issuer.js';
import { Issuer } from './persistence/issuer.js';
import { ShownCoupons } from './queries/shown-coupons.js';
import { StockReader } from './queries/stock-reader.js';
import { BulkIssuance } from './use-cases/bulk-issuance.js';
import { ClaimBatcher } from './use-cases/claim-batcher.js';
import { Issuance } from './use-cases/issuance.js';
import { SoldOut } from './use-cases/sold-out.js';

/** The ways to get a coupon. */
@Module({
  imports: [CustomersModule, CodesModule, LifeModule],
  controllers: [ClaimsController],
  providers: [Issuer, BulkIssuer, BulkIssuance, ShownCoupons, StockReader, Issuance, SoldOut, ClaimBatcher],
  exports: [Issuance, BulkIssuance, ClaimBatcher],
})
export class ClaimsModule {}
