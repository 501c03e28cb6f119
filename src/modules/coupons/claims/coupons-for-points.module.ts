import { Global, Module } from '@nestjs/common';
import { CouponIssuer } from '../../loyalty/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { LifeModule } from '../life/life.module.js';
import { ClaimsModule } from './claims.module.js';
import { CouponsForPoints } from './use-cases/coupons-for-points.js';

/** What loyalty finds without knowing this module: calls go one way only, from whoever spends points. */
@Global()
@Module({
  imports: [BatchesModule, LifeModule, ClaimsModule],
  providers: [{ provide: CouponIssuer, useClass: CouponsForPoints }],
  exports: [CouponIssuer],
})
export class CouponsForPointsModule {}
