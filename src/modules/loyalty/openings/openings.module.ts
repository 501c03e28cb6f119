import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LevelsModule } from '../levels/levels.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { OpeningsController } from './http/openings.controller.js';
import { OpeningRows } from './persistence/opening-rows.js';
import { OpeningStore } from './persistence/opening-store.js';
import { ShowOpenings } from './queries/show-openings.js';
import { OpeningJobs } from './reactions/opening-jobs.js';
import { BookOpeningRows } from './use-cases/book-opening-rows.js';
import { OpeningLevels } from './use-cases/opening-levels.js';
import { OpeningStep } from './use-cases/opening-step.js';
import { OpeningWork } from './use-cases/opening-work.js';
import { Openings } from './use-cases/openings.js';
import { ReverseOpening } from './use-cases/reverse-opening.js';
import { RunOpening } from './use-cases/run-opening.js';

/** Balances that members bring from another system. */
@Module({
  imports: [ProgramsModule, LedgerModule, LevelsModule],
  controllers: [OpeningsController],
  providers: [
    OpeningStore,
    OpeningRows,
    ShowOpenings,
    OpeningWork,
    Openings,
    OpeningLevels,
    BookOpeningRows,
    OpeningStep,
    ReverseOpening,
    RunOpening,
    OpeningJobs,
  ],
})
export class OpeningsModule {}
