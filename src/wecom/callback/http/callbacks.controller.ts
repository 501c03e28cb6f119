import { Controller, Get, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { type Page, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { wecomErrors } from '../../wecom.errors.js';
import { type CallbackKey, ListCallbacks } from '../queries/list-callbacks.js';
import { CALLBACK_ID_PREFIX, CallbacksQuery, CallbackView } from './callbacks.views.js';

const { callback_not_found } = wecomErrors;

@Controller('v1/callbacks')
export class CallbacksController {
  constructor(
    private readonly callbacks: ListCallbacks,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'callbacks.list',
    summary: { en: 'List received callbacks, the newest first', zh: '已接收回调列表（新的在前）' },
    description: {
      en: 'Kept for 30 days. With a rare `state` a page may be shorter than `limit` and still have a `nextCursor`.',
      zh: '保留 30 天。按较少见的 `state` 筛选时，一页可能少于 `limit` 条但仍有 `nextCursor`。',
    },
    scope: 'callbacks:read',
    response: pageOf(CallbackView),
    errors: [httpErrors.cursor_invalid],
  })
  async list(@Query() query: CallbacksQuery): Promise<Page<CallbackView>> {
    const filter = { ...query, list: 'callbacks' };
    const after = this.cursors.decode<CallbackKey>(filter, query.cursor);
    const { items, next } = await this.callbacks.list(query, after, query.limit);
    return {
      items: items.map((item) => CallbackView.of(item)),
      ...(next && { nextCursor: this.cursors.encode(filter, next) }),
    };
  }

  @Get(':id')
  @Endpoint({
    id: 'callbacks.get',
    summary: { en: 'Get one callback', zh: '查询一条回调' },
    scope: 'callbacks:read',
    response: CallbackView,
    errors: [callback_not_found],
  })
  async get(@PublicIdParam('id', CALLBACK_ID_PREFIX, callback_not_found) id: string): Promise<CallbackView> {
    const callback = await this.callbacks.find(id);
    if (!callback) throw callback_not_found();
    return CallbackView.of(callback);
  }
}
