import { Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../platform/http/page.js';
import { OperationView } from '../../../platform/operations/operation.view.js';
import { operationsErrors } from '../../../platform/operations/operations.errors.js';
import { StartSync } from '../../../platform/sync/start-sync.js';
import { type CorpTagGroupKey, ListCorpTags } from '../queries/list-corp-tags.js';
import { CORP_TAGS_SYNC } from '../use-cases/corp-tags-sync.js';
import { CorpTagGroupView } from './corp-tags.views.js';

@Controller('v1/corp-tags')
export class CorpTagsController {
  constructor(
    private readonly corpTags: ListCorpTags,
    private readonly cursors: Cursors,
    private readonly syncs: StartSync,
  ) {}

  @Get()
  @Endpoint({
    id: 'segments.list_corp_tags',
    summary: { en: 'List corp tag groups with their tags', zh: '企业标签组及标签列表' },
    scope: 'segments:read',
    response: pageOf(CorpTagGroupView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: PageQuery): Promise<Page<CorpTagGroupView>> {
    return keysetPage(this.cursors, {
      name: 'corp-tags',
      query,
      read: (after: CorpTagGroupKey | undefined, limit) => this.corpTags.list(after, limit),
      keyOf: ({ sortOrder, id }) => ({ sortOrder, id }),
      viewOf: CorpTagGroupView.of,
    });
  }

  @Post('sync')
  @Endpoint({
    id: 'segments.sync_corp_tags',
    summary: { en: 'Read the corp tags from WeCom', zh: '从企业微信同步企业标签' },
    scope: 'segments:write',
    status: 202,
    response: OperationView,
    errors: [operationsErrors.already_running],
  })
  sync(): Promise<OperationView> {
    return this.syncs.start(CORP_TAGS_SYNC);
  }
}
