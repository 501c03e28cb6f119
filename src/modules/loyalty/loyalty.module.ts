import { Module } from '@nestjs/common';
import { BoardsModule } from './boards/boards.module.js';
import { CheckInModule } from './check-in/check-in.module.js';
import { ExchangeModule } from './exchange/exchange.module.js';
import { HonoursModule } from './honours/honours.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { LoyaltyFacade } from './loyalty.facade.js';
import { ProgramsModule } from './programs/programs.module.js';

/** One module for each room. */
@Module({
  imports: [ProgramsModule, LedgerModule, HonoursModule, ExchangeModule, CheckInModule, BoardsModule],
  providers: [LoyaltyFacade],
  exports: [LoyaltyFacade],
})
export class LoyaltyModule {}
