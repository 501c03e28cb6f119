import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { GroupChatsModule } from '../../group-chats/index.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { BoardsController } from './http/boards.controller.js';
import { StandingsController } from './http/standings.controller.js';
import { BoardStore } from './persistence/board-store.js';
import { LadderStore } from './persistence/ladder-store.js';
import { PeriodStore } from './persistence/period-store.js';
import { BoardGroups } from './queries/board-groups.js';
import { BoardPlaces } from './queries/board-places.js';
import { ListBoards } from './queries/list-boards.js';
import { ShowBoards } from './queries/show-boards.js';
import { BoardKeeping } from './reactions/board-keeping.js';
import { ClosePeriods } from './use-cases/close-periods.js';
import { CountEntries } from './use-cases/count-entries.js';
import { KeepBoards } from './use-cases/keep-boards.js';

/** Leaderboards: who earned most in a week, a month, a campaign. */
@Module({
  imports: [WecomModule, CustomersModule, GroupChatsModule, ProgramsModule, LedgerModule],
  controllers: [BoardsController, StandingsController],
  providers: [
    BoardGroups,
    BoardKeeping,
    BoardPlaces,
    BoardStore,
    ClosePeriods,
    CountEntries,
    KeepBoards,
    LadderStore,
    ListBoards,
    PeriodStore,
    ShowBoards,
  ],
})
export class BoardsModule {}
