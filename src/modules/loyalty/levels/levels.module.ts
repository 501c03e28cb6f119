import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { HonoursModule } from '../honours/honours.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { LevelTablesController } from './http/level-tables.controller.js';
import { MemberLevelsController } from './http/member-levels.controller.js';
import { LevelHistoryStore } from './persistence/level-history-store.js';
import { LevelMembers } from './persistence/level-members.js';
import { LevelTableStore } from './persistence/level-table-store.js';
import { MemberLevelStore } from './persistence/member-level-store.js';
import { RelevelStore } from './persistence/relevel-store.js';
import { PersonLevels } from './queries/person-levels.js';
import { ShowLevels } from './queries/show-levels.js';
import { ShowPast } from './queries/show-past.js';
import { ShowTables } from './queries/show-tables.js';
import { AnnounceLevels } from './reactions/announce-levels.js';
import { LevelClock } from './reactions/level-clock.js';
import { LevelHonours } from './reactions/level-honours.js';
import { LevelReactions } from './reactions/level-reactions.js';
import { ActivateTable } from './use-cases/activate-table.js';
import { DeliverBenefits } from './use-cases/deliver-benefits.js';
import { EnterMembers } from './use-cases/enter-members.js';
import { FollowScores } from './use-cases/follow-scores.js';
import { Levels } from './use-cases/levels.js';
import { MakeTable } from './use-cases/make-table.js';
import { RecordLevels } from './use-cases/record-levels.js';
import { RelevelMembers } from './use-cases/relevel-members.js';
import { SettleLevels } from './use-cases/settle-levels.js';

/** Levels: reached by the score of the growth wallet, kept by periods, never lost by surprise. */
@Module({
  imports: [WecomModule, CustomersModule, ProgramsModule, LedgerModule, HonoursModule],
  controllers: [LevelTablesController, MemberLevelsController],
  providers: [
    LevelHistoryStore,
    LevelMembers,
    LevelTableStore,
    MemberLevelStore,
    RelevelStore,
    PersonLevels,
    ShowLevels,
    ShowPast,
    ShowTables,
    AnnounceLevels,
    LevelClock,
    LevelHonours,
    LevelReactions,
    ActivateTable,
    DeliverBenefits,
    EnterMembers,
    FollowScores,
    Levels,
    MakeTable,
    RecordLevels,
    RelevelMembers,
    SettleLevels,
  ],
  exports: [Levels, PersonLevels],
})
export class LevelsModule {}
