import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { HonourGrantsController } from './http/honour-grants.controller.js';
import { HonoursController } from './http/honours.controller.js';
import { GrantStore } from './persistence/grant-store.js';
import { HonourStore } from './persistence/honour-store.js';
import { ShowHonours } from './queries/show-honours.js';
import { BoardHonours } from './reactions/board-honours.js';
import { DefineHonours } from './use-cases/define-honours.js';
import { GrantByRule } from './use-cases/grant-by-rule.js';
import { Honours } from './use-cases/honours.js';

/** Medals, titles and privileges. */
@Module({
  imports: [ProgramsModule, LedgerModule],
  controllers: [HonoursController, HonourGrantsController],
  providers: [BoardHonours, HonourStore, GrantStore, Honours, DefineHonours, ShowHonours, GrantByRule],
  exports: [Honours, GrantByRule, ShowHonours],
})
export class HonoursModule {}
