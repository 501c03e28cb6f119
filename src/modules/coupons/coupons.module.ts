import { Module } from '@nestjs/common';
import { AudiencesModule } from './audiences/audiences.module.js';
import { BatchesModule } from './batches/batches.module.js';
import { ClaimsModule } from './claims/claims.module.js';
import { CouponsForPointsModule } from './claims/coupons-for-points.module.js';
import { CodeFilesModule } from './code-files/code-files.module.js';
import { CodesModule } from './codes/codes.module.js';
import { CouponsFacade } from './coupons.facade.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { WelcomeCouponsModule } from './delivery/welcome-coupons.module.js';
import { DeskModule } from './desk/desk.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { FiguresModule } from './figures/figures.module.js';
import { GrantsModule } from './grants/grants.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { LifeModule } from './life/life.module.js';
import { RedemptionModule } from './redemption/redemption.module.js';
import { TemplatesModule } from './templates/templates.module.js';

/** One module for each room: templates ← batches ← codes ← life ← (claims, redemption) ← all others. */
@Module({
  imports: [
    TemplatesModule,
    BatchesModule,
    CodesModule,
    LifeModule,
    RedemptionModule,
    ClaimsModule,
    CouponsForPointsModule,
    AudiencesModule,
    GrantsModule,
    CodeFilesModule,
    ImportsModule,
    DeliveryModule,
    WelcomeCouponsModule,
    DeskModule,
    FiguresModule,
    ErasureModule,
  ],
  providers: [CouponsFacade],
  exports: [CouponsFacade],
})
export class CouponsModule {}
