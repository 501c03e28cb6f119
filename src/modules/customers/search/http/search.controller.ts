import { Body, Controller, Post } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { CustomerView } from '../../contacts/http/customers.views.js';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';
import { type SearchKey, SearchCustomers } from '../queries/search-customers.js';
import { searchErrors } from '../search.errors.js';
import { SavedViews } from '../use-cases/saved-views.js';
import { filterErrors } from './filter-errors.js';
import { CustomerSearch } from './search.dto.js';

@Controller('v1/customers/search')
export class SearchController {
  constructor(
    private readonly customers: SearchCustomers,
    private readonly views: SavedViews,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'customers.search',
    summary: { en: 'Search customers', zh: '搜索客户' },
    description: {
      en: 'All conditions must hold; of a list any value is enough. A page may hold fewer customers than asked for, or none, and still have a nextCursor: it ends after 10,000 customers were looked at. New names are found within a minute.',
      zh: '各条件须同时满足；列表中任一值满足即可。每页最多检查一万名客户，因此一页可能不足 limit 甚至为空但仍有 nextCursor。新的姓名与备注在一分钟内可被搜到。',
    },
    scope: 'customers:read',
    search: true,
    response: pageOf(CustomerView),
    errors: [
      httpErrors.cursor_invalid,
      searchErrors.view_not_found,
      searchErrors.view_or_filter,
      ...filterErrors,
    ],
  })
  async search(@Body() body: CustomerSearch): Promise<Page<CustomerView>> {
    const { filter, sort } = await this.asked(body);
    const bound = { list: 'customers.search', filter: JSON.stringify(filter, inOrder), sort };
    const after = this.cursors.decode<SearchKey>(bound, body.cursor);
    const { customers, next } = await this.customers.page(filter, sort, after, body.limit);
    return {
      items: customers.map(CustomerView.of),
      ...(next && { nextCursor: this.cursors.encode(bound, next) }),
    };
  }

  private async asked({
    filter,
    viewId,
    sort,
  }: CustomerSearch): Promise<{ filter: CustomerFilter; sort: SearchSort }> {
    if (viewId === undefined) return { filter: filter ?? {}, sort: sort ?? 'oldest' };
    if (filter) throw searchErrors.view_or_filter();
    const view = await this.views.get(viewId);
    return { filter: view.filter, sort: sort ?? view.sort };
  }
}

/** The same filter in another order of its keys is the same to a cursor. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
