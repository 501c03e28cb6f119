import {
  EnumField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { toPublicId } from '../../../../platform/context/typed-id.js';
import { SEARCH_SORTS, type SearchSort } from '../domain/customer-filter.js';
import type { SavedView } from '../persistence/view-store.js';
import { CustomerFilterDto } from './filter.dto.js';

export const VIEW_ID_PREFIX = 'cvw';
const VIEW_NAME_MAX = 100;
const OWNER_MAX = 200;

const SORT_DESCRIPTION =
  'by when the customer was first stored here, which never changes; default oldest first';

export class CustomerSearch extends PageQuery {
  @ObjectField(() => CustomerFilterDto, { optional: true, description: 'without filter and view: everybody' })
  filter?: CustomerFilterDto;

  @PublicIdField(VIEW_ID_PREFIX, { optional: true, description: 'a saved view in place of a filter' })
  viewId?: string;

  @EnumField(SEARCH_SORTS, {
    optional: true,
    example: 'newest',
    description: `${SORT_DESCRIPTION}, or as the view says`,
  })
  sort?: SearchSort;
}

export class CustomerViewDto {
  @TextField({ max: VIEW_NAME_MAX, example: '本月新客' })
  name: string;

  @ObjectField(() => CustomerFilterDto, { description: 'without phones, identifiers and personal fields' })
  filter: CustomerFilterDto;

  @EnumField(SEARCH_SORTS, { optional: true, example: 'newest', description: SORT_DESCRIPTION })
  sort: SearchSort = 'oldest';
}

export class ViewsQuery extends PageQuery {
  @TextField({ max: OWNER_MAX, optional: true, example: 'crm', description: 'views of this owner' })
  owner?: string;
}

export class SavedViewView {
  @PublicIdField(VIEW_ID_PREFIX)
  id: string;

  @TextField({ max: OWNER_MAX, example: 'crm', description: 'the owner of the API key that made it' })
  owner: string;

  @TextField({ max: VIEW_NAME_MAX, example: '本月新客' })
  name: string;

  @ObjectField(() => CustomerFilterDto)
  filter: object;

  @EnumField(SEARCH_SORTS, { example: 'newest' })
  sort: SearchSort;

  @TimeField()
  createdAt: string;

  @TimeField()
  updatedAt: string;

  static of(this: void, view: SavedView): SavedViewView {
    return {
      id: toPublicId(VIEW_ID_PREFIX, view.id),
      owner: view.owner,
      name: view.name,
      filter: view.filter,
      sort: view.sort,
      createdAt: view.createdAt.toISOString(),
      updatedAt: view.updatedAt.toISOString(),
    };
  }
}
