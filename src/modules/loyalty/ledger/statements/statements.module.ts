import { Module } from '@nestjs/common';
import { CustomersModule } from '../../../customers/index.js';
import { ProgramsModule } from '../../programs/programs.module.js';
import { AccountStatementsController } from './http/account-statements.controller.js';
import { PersonStatementsController } from './http/person-statements.controller.js';
import { StatementPages } from './http/statement-pages.js';
import { ShownAccounts } from './queries/shown-accounts.js';
import { Statements } from './queries/statements.js';

/** What was booked, what an account held when, and what will expire. */
@Module({
  imports: [CustomersModule, ProgramsModule],
  controllers: [AccountStatementsController, PersonStatementsController],
  providers: [Statements, ShownAccounts, StatementPages],
})
export class StatementsModule {}
