import { Body, Controller, Post } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { CustomerView } from '../../contacts/http/customers.views.js';
import { type SearchKey, SearchCustomers } from '../queries/search-customers.js';
import { searchErrors } from '../search.errors.js';
import { SearchForKeys } from '../use-cases/search-for-keys.js';
import { filterErrors } from './filter-errors.js';
import { CustomerSearch } from './search.dto.js';

@Controller('v1/customers/search')
export class SearchController {
  constructor(
    private readonly searches: SearchForKeys,
    private readonly customers: SearchCustomers,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'customers.search',
    summary: { en: 'Search customers', zh: '搜索客户' },
    description: {
      en: 'All conditions must hold; of a list any value is enough. A page may hold fewer customers than asked for, or none, and still have a nextCursor: it ends after 10,000 customers were looked at. Personal fields are compared only for keys with customers:reveal, and that stands in the audit trail. New names are found within a minute.',
      zh: '各条件须同时满足；列表中任一值满足即可。每页最多检查一万名客户，因此一页可能不足 limit 甚至为空但仍有 nextCursor。按个人信息字段筛选需要 customers:reveal 权限，并记入审计。新的姓名与备注在一分钟内可被搜到。',
    },
    scope: 'customers:read',
    search: true,
    ownUnits: true,
    response: pageOf(CustomerView),
    errors: [
      httpErrors.cursor_invalid,
      searchErrors.view_not_found,
      searchErrors.view_or_filter,
      searchErrors.filter_field_personal,
      ...filterErrors,
    ],
  })
  async search(
    @Body() body: CustomerSearch,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<Page<CustomerView>> {
    return this.searches.search(key, body, async ({ filter, sort }) => {
      const bound = { list: 'customers.search', filter: JSON.stringify(filter, inOrder), sort };
      const after = this.cursors.decode<SearchKey>(bound, body.cursor);
      const { customers, next } = await this.customers.page(filter, sort, after, body.limit);
      return {
        items: customers.map(CustomerView.of),
        ...(next && { nextCursor: this.cursors.encode(bound, next) }),
      };
    });
  }
}

/** The same filter in another order of its keys is the same to a cursor. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
