import { Module } from '@nestjs/common';
import { LedgerModule } from './ledger/ledger.module.js';
import { LoyaltyFacade } from './loyalty.facade.js';
import { ProgramsModule } from './programs/programs.module.js';

/** One module for each room. */
@Module({
  imports: [ProgramsModule, LedgerModule],
  providers: [LoyaltyFacade],
  exports: [LoyaltyFacade],
})
export class LoyaltyModule {}
