import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { CustomerFilter } from '../domain/customer-filter.js';
import { searchErrors } from '../search.errors.js';
import type { Condition } from './condition.js';
import { Conditions } from './conditions.js';
import { type Statement, withUsedParams } from './used-params.js';

/** A filter as one statement: whom it holds of is decided at one moment, however many they are. Inside an open unit of work. */
@Injectable()
export class FilteredCustomers {
  constructor(
    private readonly database: Database,
    private readonly conditions: Conditions,
  ) {}

  /**
   * For filters that are kept, so without anything personal. Who was erased is no customer any more.
   * @returns a statement whose one column is `id`; `$1` is the corp.
   * @throws customers.kept_filter_personal, filter_name_empty, filter_field_unknown, filter_unsuitable
   */
  async statement(filter: CustomerFilter): Promise<Statement> {
    if (filter.phones || filter.identifiers || (await this.conditions.isPersonal(filter)))
      throw searchErrors.kept_filter_personal();
    const params: unknown[] = [this.database.corpId];
    const conditions = await this.conditions.of(filter, (value) => `$${params.push(value)}`);
    const text = `SELECT c.id FROM customers.customers c
      WHERE c.corp_id = $1 AND NOT EXISTS (SELECT FROM customers.profiles p
              WHERE p.corp_id = $1 AND p.customer_id = c.id AND p.erased_at IS NOT NULL)
        ${conditions.map((condition) => `AND ${holds(condition)}`).join(' ')}`;
    return withUsedParams(text, params);
  }
}

function holds({ check }: Condition): string {
  if (typeof check === 'string') return check;
  return `EXISTS (SELECT FROM ${check.from} WHERE ${[...check.where, `${check.id} = c.id`].join(' AND ')})`;
}
