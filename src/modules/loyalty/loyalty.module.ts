import { Module } from '@nestjs/common';
import { AdjustmentsModule } from './adjustments/adjustments.module.js';
import { BoardsModule } from './boards/boards.module.js';
import { CheckInModule } from './check-in/check-in.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { ExchangeModule } from './exchange/exchange.module.js';
import { HonoursModule } from './honours/honours.module.js';
import { ExpiryModule } from './ledger/expiry/expiry.module.js';
import { HoldsModule } from './ledger/holds/holds.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { StatementsModule } from './ledger/statements/statements.module.js';
import { LevelsModule } from './levels/levels.module.js';
import { LoyaltyFacade } from './loyalty.facade.js';
import { OpeningsModule } from './openings/openings.module.js';
import { ProgramsModule } from './programs/programs.module.js';
import { RulesModule } from './rules/rules.module.js';
import { TagsModule } from './tags/tags.module.js';

/** One module for each room. */
@Module({
  imports: [
    ProgramsModule,
    LedgerModule,
    HoldsModule,
    StatementsModule,
    ExpiryModule,
    AdjustmentsModule,
    OpeningsModule,
    RulesModule,
    LevelsModule,
    TagsModule,
    HonoursModule,
    ExchangeModule,
    CheckInModule,
    BoardsModule,
    ErasureModule,
  ],
  providers: [LoyaltyFacade],
  exports: [LoyaltyFacade],
})
export class LoyaltyModule {}
