import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WecomModule } from '../../wecom/index.js';
import { StaffModule } from '../staff/index.js';
import { WelcomeFilesController } from './http/files.controller.js';
import { WelcomeMessagesController } from './http/messages.controller.js';
import { WelcomeRulesController } from './http/rules.controller.js';
import { FileRepository } from './persistence/file-repository.js';
import { MessageRepository } from './persistence/message-repository.js';
import { RuleRepository } from './persistence/rule-repository.js';
import { welcomeRows } from './persistence/welcome.rows.js';
import { ListMessages } from './queries/list-messages.js';
import { ShowFiles } from './queries/show-files.js';
import { ShowRules } from './queries/show-rules.js';
import { ForgetContacts } from './reactions/forget-contacts.js';
import { GreetNewFriends } from './reactions/greet-new-friends.js';
import { TellWelcomeEnds } from './reactions/tell-welcome-ends.js';
import { TendWelcomes } from './reactions/tend-welcomes.js';
import { ChangeFiles } from './use-cases/change-files.js';
import { ChangeRules } from './use-cases/change-rules.js';
import { ComposeWelcome } from './use-cases/compose-welcome.js';
import { CustomerName } from './use-cases/customer-name.js';
import { NoteWelcome } from './use-cases/note-welcome.js';
import { PlanWelcome } from './use-cases/plan-welcome.js';
import { SendWelcome } from './use-cases/send-welcome.js';
import { UploadFiles } from './use-cases/upload-files.js';

@Module({
  imports: [TypeOrmModule.forFeature(welcomeRows), WecomModule, StaffModule],
  controllers: [WelcomeRulesController, WelcomeFilesController, WelcomeMessagesController],
  providers: [
    RuleRepository,
    FileRepository,
    MessageRepository,
    ListMessages,
    ShowFiles,
    ShowRules,
    UploadFiles,
    ChangeFiles,
    ChangeRules,
    PlanWelcome,
    CustomerName,
    ComposeWelcome,
    SendWelcome,
    NoteWelcome,
    GreetNewFriends,
    ForgetContacts,
    TellWelcomeEnds,
    TendWelcomes,
  ],
})
export class WelcomeModule {}
