import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WecomModule } from '../../wecom/index.js';
import { CorpTags } from './corp-tags.facade.js';
import { CorpTagsController } from './http/corp-tags.controller.js';
import { CorpTagRepository } from './persistence/corp-tag-repository.js';
import { segmentsRows } from './persistence/corp-tag.row.js';
import { ListCorpTags } from './queries/list-corp-tags.js';
import { CorpTagReactions } from './reactions/corp-tag-reactions.js';
import { StartCorpTagsSync } from './reactions/start-sync.js';
import { CorpTagReader } from './use-cases/corp-tag-reader.js';
import { CorpTagsSync } from './use-cases/corp-tags-sync.js';
import { RecordCorpTags } from './use-cases/record-corp-tags.js';

@Module({
  imports: [TypeOrmModule.forFeature(segmentsRows), WecomModule],
  controllers: [CorpTagsController],
  providers: [
    CorpTagRepository,
    ListCorpTags,
    CorpTagReader,
    RecordCorpTags,
    CorpTagsSync,
    CorpTagReactions,
    StartCorpTagsSync,
    CorpTags,
  ],
  exports: [CorpTags],
})
export class SegmentsModule {}
