import type { FieldDefinition } from '../../profiles/domain/field-definition.js';
import { parseFieldValue } from '../../profiles/domain/field-value.js';
import { MIRRORED_FIELDS } from '../../profiles/queries/mirror-facts.js';
import type { FieldFilter } from '../domain/customer-filter.js';
import { searchErrors } from '../search.errors.js';
import { type Bind, type Condition, conditionOf, oneOf } from './condition.js';

const MIRRORED: ReadonlySet<string> = new Set(MIRRORED_FIELDS);

/** Compares the value that survives among the customer's sources. @throws customers.filter_unsuitable */
export function fieldCondition(definition: FieldDefinition, filter: FieldFilter, bind: Bind): Condition {
  const { key, type } = definition;
  const { anyOf, is, min, max, from, to } = filter;
  const asked = Object.values({ anyOf, is, min, max, from, to }).filter(
    (value) => value !== undefined,
  ).length;
  const unsuitable = () => searchErrors.filter_unsuitable({ field: key, type });
  const onlyThese = (...given: unknown[]): boolean =>
    asked > 0 && given.filter((value) => value !== undefined).length === asked;
  const isDay = (day: string | undefined): boolean =>
    day === undefined || parseFieldValue(definition, day).ok;
  if (MIRRORED.has(key)) throw unsuitable();
  switch (type) {
    case 'text':
    case 'choice':
      if (!onlyThese(anyOf)) throw unsuitable();
      return texts(key, anyOf ?? [], bind);
    case 'boolean':
      if (!onlyThese(is)) throw unsuitable();
      return texts(key, [String(is)], bind);
    case 'choices':
    case 'multi_level':
      if (!onlyThese(anyOf)) throw unsuitable();
      return items(key, anyOf ?? [], bind);
    case 'number':
    case 'amount':
      if (!onlyThese(min, max)) throw unsuitable();
      return between(key, { column: 'number_value', type: 'float8', least: min, most: max, end: '<=' }, bind);
    case 'date':
      if (!onlyThese(from, to) || ![from, to].every(isDay)) throw unsuitable();
      return between(
        key,
        { column: 'time_value', type: 'timestamptz', least: midnight(from), most: midnight(to), end: '<' },
        bind,
      );
  }
}

function texts(key: string, values: readonly string[], bind: Bind): Condition {
  return conditionOf({
    from: 'customers.field_values v',
    id: 'v.customer_id',
    where: [
      'v.corp_id = $1',
      `v.field_key = ${bind(key)}`,
      oneOf('v.text_value', values, 'text', bind),
      'v.wins',
    ],
    inOrder: values.length === 1,
  });
}

function items(key: string, values: readonly string[], bind: Bind): Condition {
  return conditionOf({
    from: 'customers.field_items i',
    id: 'i.customer_id',
    where: ['i.corp_id = $1', `i.field_key = ${bind(key)}`, oneOf('i.item', values, 'text', bind)],
    inOrder: values.length === 1,
  });
}

interface Range {
  readonly column: 'number_value' | 'time_value';
  readonly type: 'float8' | 'timestamptz';
  readonly least: number | string | undefined;
  readonly most: number | string | undefined;
  readonly end: '<' | '<=';
}

function between(key: string, { column, type, least, most, end }: Range, bind: Bind): Condition {
  return conditionOf({
    from: 'customers.field_values v',
    id: 'v.customer_id',
    where: [
      'v.corp_id = $1',
      `v.field_key = ${bind(key)}`,
      ...(least === undefined ? [] : [`v.${column} >= ${bind(least)}::${type}`]),
      ...(most === undefined ? [] : [`v.${column} ${end} ${bind(most)}::${type}`]),
      'v.wins',
    ],
  });
}

/** A date is compared as the midnight of UTC with which it begins. */
function midnight(day: string | undefined): string | undefined {
  return day === undefined ? undefined : `${day}T00:00:00Z`;
}
