import { Module } from '@nestjs/common';
import { WecomModule } from '../../../../wecom/index.js';
import { CustomersModule } from '../../../customers/index.js';
import { ProgramsModule } from '../../programs/programs.module.js';
import { LedgerModule } from '../ledger.module.js';
import { HoldsController } from './http/holds.controller.js';
import { HeldLots } from './persistence/held-lots.js';
import { HoldStore } from './persistence/hold-store.js';
import { ShowHolds } from './queries/show-holds.js';
import { HoldExpiry } from './reactions/hold-expiry.js';
import { HoldSweep } from './reactions/hold-sweep.js';
import { HoldEntries } from './use-cases/hold-entries.js';
import { HoldJobs } from './use-cases/hold-jobs.js';
import { Holds } from './use-cases/holds.js';
import { ResolveHold } from './use-cases/resolve-hold.js';

/** Points that are reserved for a while. */
@Module({
  imports: [WecomModule, CustomersModule, ProgramsModule, LedgerModule],
  controllers: [HoldsController],
  providers: [
    HoldStore,
    HeldLots,
    ShowHolds,
    HoldJobs,
    HoldEntries,
    Holds,
    ResolveHold,
    HoldExpiry,
    HoldSweep,
  ],
  exports: [Holds, ResolveHold],
})
export class HoldsModule {}
