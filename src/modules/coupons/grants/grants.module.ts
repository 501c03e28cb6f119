import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { LoyaltyModule } from '../../loyalty/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { ClaimsModule } from '../claims/claims.module.js';
import { GrantRulesController } from './http/grant-rules.controller.js';
import { GrantRuleStore } from './persistence/grant-rule-store.js';
import { GrantStore } from './persistence/grant-store.js';
import { GrantingEvents } from './reactions/granting-events.js';
import { GrantCoupons } from './use-cases/grant-coupons.js';
import { GrantRules } from './use-cases/grant-rules.js';

/** Coupons that come by themselves when something happens. */
@Module({
  imports: [CustomersModule, LoyaltyModule, BatchesModule, ClaimsModule],
  controllers: [GrantRulesController],
  providers: [GrantRuleStore, GrantStore, GrantRules, GrantCoupons, GrantingEvents],
})
export class GrantsModule {}
