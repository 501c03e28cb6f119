import type { Type } from '@nestjs/common';
import { IntegerField, ListField, TextField } from './fields.js';

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 200;
const CURSOR_LENGTH_MAX = 1024;

/** The query of a list; lists extend it by their filters. */
export class PageQuery {
  @IntegerField({ min: 1, max: PAGE_LIMIT_MAX, optional: true, example: PAGE_LIMIT_DEFAULT })
  limit: number = PAGE_LIMIT_DEFAULT;

  @TextField({
    max: CURSOR_LENGTH_MAX,
    optional: true,
    description: 'nextCursor of the page before, with the same filters',
  })
  cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

const pages = new Map<Type, Type<Page<unknown>>>();

/** The view class of a page of these items, for `@Endpoint({ response: pageOf(CustomerView) })`. */
export function pageOf<T>(item: Type<T>): Type<Page<T>> {
  const known = pages.get(item);
  if (known) return known as Type<Page<T>>; // reason: the map holds under each class the page of that class
  class PageView implements Page<T> {
    @ListField(() => item, { maxItems: PAGE_LIMIT_MAX })
    items: T[];

    @TextField({ max: CURSOR_LENGTH_MAX, optional: true, description: 'absent on the last page' })
    nextCursor?: string;
  }
  Object.defineProperty(PageView, 'name', { value: `${item.name.replace(/View$/, '')}Page` });
  pages.set(item, PageView);
  return PageView;
}
