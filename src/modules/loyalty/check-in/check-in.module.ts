import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { ExchangeModule } from '../exchange/exchange.module.js';
import { HonoursModule } from '../honours/honours.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LevelsModule } from '../levels/levels.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { CheckInsController } from './http/check-ins.controller.js';
import { CheckInStore } from './persistence/check-in-store.js';
import { ShowCheckIns } from './queries/show-check-ins.js';
import { CheckInCustomers } from './use-cases/check-in.js';
import { RewardCheckIns } from './use-cases/reward-check-ins.js';
import { SetUpCheckIn } from './use-cases/set-up-check-in.js';

/** Daily check-ins, streaks and their milestones. */
@Module({
  imports: [CustomersModule, ProgramsModule, LedgerModule, HonoursModule, LevelsModule, ExchangeModule],
  controllers: [CheckInsController],
  providers: [CheckInStore, CheckInCustomers, RewardCheckIns, SetUpCheckIn, ShowCheckIns],
})
export class CheckInModule {}
