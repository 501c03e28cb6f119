import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { MembersController } from './http/members.controller.js';
import { ProgramsController } from './http/programs.controller.js';
import { MemberStore } from './persistence/member-store.js';
import { PersonMembers } from './persistence/person-members.js';
import { ProgramStore } from './persistence/program-store.js';
import { Programs } from './queries/programs.js';
import { ShowMembers } from './queries/show-members.js';
import { ChangePrograms } from './use-cases/change-programs.js';
import { Members } from './use-cases/members.js';
import { PersonTurns } from './use-cases/person-turns.js';

/** Programs, their wallets, and who is a member. */
@Module({
  imports: [WecomModule, CustomersModule],
  controllers: [ProgramsController, MembersController],
  providers: [
    ProgramStore,
    MemberStore,
    ShowMembers,
    ChangePrograms,
    PersonMembers,
    Programs,
    Members,
    PersonTurns,
  ],
  exports: [Programs, Members, PersonMembers, PersonTurns, ShowMembers],
})
export class ProgramsModule {}
