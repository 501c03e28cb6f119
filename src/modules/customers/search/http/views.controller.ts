import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { searchErrors } from '../search.errors.js';
import { SavedViews } from '../use-cases/saved-views.js';
import { filterErrors } from './filter-errors.js';
import { CustomerViewDto, SavedViewView, VIEW_ID_PREFIX, ViewsQuery } from './search.dto.js';

const { view_not_found, view_name_taken, view_holds_personal_data, view_filter_too_large, views_too_many } =
  searchErrors;
const contentErrors = [view_name_taken, view_holds_personal_data, view_filter_too_large, ...filterErrors];

@Controller('v1/customer-views')
export class CustomerViewsController {
  constructor(
    private readonly views: SavedViews,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Endpoint({
    id: 'customers.list_views',
    summary: { en: 'List saved views', zh: '保存的视图列表' },
    scope: 'customers:read',
    response: pageOf(SavedViewView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: ViewsQuery): Promise<Page<SavedViewView>> {
    return keysetPage(this.cursors, {
      name: 'customer-views',
      query,
      read: (after: { id: string } | undefined, limit) => this.views.list(query.owner, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: SavedViewView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_view',
    summary: { en: 'Get one saved view', zh: '查询一个保存的视图' },
    scope: 'customers:read',
    response: SavedViewView,
    errors: [view_not_found],
  })
  async get(@PublicIdParam('id', VIEW_ID_PREFIX, view_not_found) id: string): Promise<SavedViewView> {
    return SavedViewView.of(await this.views.get(id));
  }

  @Post()
  @Endpoint({
    id: 'customers.create_view',
    summary: { en: 'Save a filter under a name', zh: '保存筛选视图' },
    description: {
      en: 'Everybody who may read customers of this corp sees it. A filter that a search would refuse is not saved, nor one with phone numbers, identifiers or personal fields.',
      zh: '本企业所有可读客户者均可见。搜索会拒绝的条件以及包含电话、标识或个人信息字段的条件不能保存。',
    },
    scope: 'customers:write',
    status: 201,
    response: SavedViewView,
    errors: [views_too_many, ...contentErrors],
  })
  async create(@Body() body: CustomerViewDto, @CurrentKey() key: AuthenticatedKey): Promise<SavedViewView> {
    return SavedViewView.of(await this.views.create(key.owner, body));
  }

  @Put(':id')
  @Endpoint({
    id: 'customers.replace_view',
    summary: { en: 'Replace a saved view', zh: '替换保存的视图' },
    scope: 'customers:write',
    response: SavedViewView,
    errors: [view_not_found, ...contentErrors],
  })
  async replace(
    @PublicIdParam('id', VIEW_ID_PREFIX, view_not_found) id: string,
    @Body() body: CustomerViewDto,
  ): Promise<SavedViewView> {
    return SavedViewView.of(await this.views.replace(id, body));
  }

  @Delete(':id')
  @Endpoint({
    id: 'customers.delete_view',
    summary: { en: 'Delete a saved view', zh: '删除保存的视图' },
    scope: 'customers:write',
    status: 204,
    errors: [view_not_found],
  })
  async remove(@PublicIdParam('id', VIEW_ID_PREFIX, view_not_found) id: string): Promise<void> {
    await this.views.remove(id);
  }
}
