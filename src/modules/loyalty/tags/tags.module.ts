import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { SegmentsModule } from '../../segments/index.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LevelsModule } from '../levels/levels.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { TagsController } from './http/tags.controller.js';
import { TagRuleStore } from './persistence/tag-rule-store.js';
import { TagWriteStore } from './persistence/tag-write-store.js';
import { ShowTags } from './queries/show-tags.js';
import { TagReactions } from './reactions/tag-reactions.js';
import { WatchBands } from './reactions/watch-bands.js';
import { RefreshTags } from './use-cases/refresh-tags.js';
import { SetTagRules } from './use-cases/set-tag-rules.js';
import { WalkTags } from './use-cases/walk-tags.js';
import { WriteTags } from './use-cases/write-tags.js';

/** Levels and balances as corp tags, so that staff see them in the chat. */
@Module({
  imports: [WecomModule, CustomersModule, SegmentsModule, ProgramsModule, LedgerModule, LevelsModule],
  controllers: [TagsController],
  providers: [
    TagRuleStore,
    TagWriteStore,
    ShowTags,
    TagReactions,
    WatchBands,
    RefreshTags,
    SetTagRules,
    WalkTags,
    WriteTags,
  ],
})
export class TagsModule {}
