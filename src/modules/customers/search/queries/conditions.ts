import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../../../platform/crypto/blind-index.js';
import { normalisePhone } from '../../contacts/domain/phone-number.js';
import { staffKeyOf } from '../../contacts/domain/staff-key.js';
import { customersErrors } from '../../customers.errors.js';
import { type GivenIdentifier, identifierText, parseIdentifier } from '../../identity/domain/identifier.js';
import { identityErrors } from '../../identity/identity.errors.js';
import { BUILTIN_FIELDS, STAGE_FIELD } from '../../profiles/domain/builtin-fields.js';
import type { FieldDefinition } from '../../profiles/domain/field-definition.js';
import { FieldCatalogue } from '../../profiles/queries/field-catalogue.js';
import type { CustomerFilter, FieldFilter, RelationFilter } from '../domain/customer-filter.js';
import { gramsToFind, normaliseName } from '../domain/name-grams.js';
import { searchErrors } from '../search.errors.js';
import { type Bind, type Condition, conditionOf, oneOf, type Rows } from './condition.js';
import { fieldCondition } from './field-condition.js';

/** A filter as conditions in SQL. Inside an open unit of work. */
@Injectable()
export class Conditions {
  constructor(
    private readonly blindIndex: BlindIndex,
    private readonly fields: FieldCatalogue,
  ) {}

  /**
   * @throws customers.phone_invalid, customers.identifier_invalid, customers.filter_name_empty,
   *   customers.filter_field_unknown, customers.filter_unsuitable
   */
  async of(filter: CustomerFilter, bind: Bind): Promise<Condition[]> {
    const { names, phones, identifiers, relation, anyTags, allTags, stages, fields = [] } = filter;
    return [
      ...(phones ? [this.holders(phones.map(phoneOf), bind)] : []),
      ...(identifiers ? [this.holders(identifiers, bind)] : []),
      ...(names ? [nameCondition(names, bind)] : []),
      ...(anyTags ? [tagCondition(anyTags, bind)] : []),
      ...(allTags ?? []).map((tag) => tagCondition([tag], bind)),
      ...(relation ? relationCondition(relation, bind) : []),
      ...(await this.ofFields([...(stages ? [{ key: STAGE_FIELD, anyOf: stages }] : []), ...fields], bind)),
      ...timeCondition('created_at', filter.createdFrom, filter.createdTo, bind),
      ...timeCondition('updated_at', filter.updatedFrom, filter.updatedTo, bind),
    ];
  }

  /** Whether it compares values that show masked: asked often enough, such a filter tells them. */
  async isPersonal({ fields = [] }: CustomerFilter): Promise<boolean> {
    if (fields.length === 0) return false;
    const known = await this.definitionsOf(fields);
    return fields.some(({ key }) => known.get(key)?.personal === true);
  }

  /** What WeCom's mirror shows of its own ids is asked there. */
  private holders(keys: readonly GivenIdentifier[], bind: Bind): Condition {
    const known = keys.map((given) => {
      const identifier = parseIdentifier(given);
      if (!identifier) throw identityErrors.identifier_invalid({ kind: given.kind });
      return identifier;
    });
    const hashes = known.flatMap((one) => this.blindIndex.of(identifierText(one)));
    const ofMirror = (['external_userid', 'unionid'] as const).flatMap((kind) => {
      const values = known.flatMap((one) => (one.kind === kind ? [one.value] : []));
      const column = kind === 'unionid' ? 'union_id' : 'external_user_id';
      if (values.length === 0) return [];
      return [
        `UNION SELECT m.id FROM customers.customers m WHERE m.corp_id = $1 AND m.${column} = ANY(${bind(values)}::text[])`,
      ];
    });
    const from = `(SELECT i.customer_id FROM customers.identifiers i
      WHERE i.corp_id = $1 AND i.value_hash = ANY(${bind(hashes)}::text[]) ${ofMirror.join(' ')}) AS held(id)`;
    return conditionOf({ from, id: 'held.id', where: [], isFew: true });
  }

  private async ofFields(filters: readonly FieldFilter[], bind: Bind): Promise<Condition[]> {
    if (filters.length === 0) return [];
    const known = await this.definitionsOf(filters);
    return filters.map((filter) => {
      const definition = known.get(filter.key);
      if (!definition) throw searchErrors.filter_field_unknown({ field: filter.key });
      return fieldCondition(definition, filter, bind);
    });
  }

  /** What is built in needs no look into the corp's own. */
  private async definitionsOf(filters: readonly FieldFilter[]): Promise<Map<string, FieldDefinition>> {
    const builtin = new Map(BUILTIN_FIELDS.map((field) => [field.key, field]));
    if (filters.every(({ key }) => builtin.has(key))) return builtin;
    return new Map((await this.fields.list()).map((field) => [field.key, field]));
  }
}

function phoneOf(phone: string): GivenIdentifier {
  if (!normalisePhone(phone)) throw customersErrors.phone_invalid();
  return { kind: 'phone', value: phone };
}

/** Several names begin with one gram of each; a single one with whichever of its grams is the rarest. */
function nameCondition(names: readonly string[], bind: Bind): Condition {
  const wanted = names.map(normaliseName);
  const grams = wanted.map(gramsToFind);
  if (wanted.includes('')) throw searchErrors.filter_name_empty();
  const sourceOf = (some: readonly string[]) => ({
    from: 'customers.name_grams g',
    id: 'g.customer_id',
    where: ['g.corp_id = $1', oneOf('g.gram', some, 'text', bind)],
    inOrder: some.length === 1,
  });
  const firsts = grams.flatMap((own) => own.slice(0, 1));
  const sources =
    grams.length === 1
      ? firsts.concat(grams[0]?.slice(1) ?? []).map((gram) => sourceOf([gram]))
      : [sourceOf(firsts)];
  const [only] = sources;
  if (only && grams.every((own, index) => own.length === 1 && own[0] === wanted[index]))
    return conditionOf(only);
  const contains = `EXISTS (SELECT FROM unnest(${bind(wanted)}::text[]) AS w(name) WHERE position(w.name IN n.names) > 0)`;
  return {
    sources,
    check: { from: 'customers.search_names n', id: 'n.customer_id', where: ['n.corp_id = $1', contains] },
  };
}

function tagCondition(tags: readonly string[], bind: Bind): Condition {
  return conditionOf({
    from: 'customers.relation_tags t',
    id: 't.customer_id',
    where: ['t.corp_id = $1', oneOf('t.tag', tags, 'text', bind), `t.kind <> 'personal'`],
    inOrder: tags.length === 1,
  });
}

/** Along one of the indexes that keep the order of customers, or by all that is asked. */
function relationCondition(filter: RelationFilter, bind: Bind): Condition[] {
  const { staffUserIds, relationState, addWays, states, followedFrom, followedTo } = filter;
  const inOrder: string[] = [];
  const others: string[] = [];
  const listFor = (values: readonly unknown[]): string[] => (values.length === 1 ? inOrder : others);
  if (staffUserIds)
    listFor(staffUserIds).push(oneOf('r.staff_key', staffUserIds.map(staffKeyOf), 'text', bind));
  if (relationState) (relationState === 'ended' ? inOrder : others).push(ENDED[relationState]);
  if (addWays) listFor(addWays).push(oneOf('r.add_way', addWays.map(asInteger), 'integer', bind));
  if (states) listFor(states).push(oneOf('r.state', states, 'text', bind));
  if (followedFrom) others.push(`r.followed_at >= ${bind(new Date(followedFrom))}::timestamptz`);
  if (followedTo) others.push(`r.followed_at < ${bind(new Date(followedTo))}::timestamptz`);
  const all = [...inOrder, ...others];
  if (all.length === 0) return [];
  const rows = (where: readonly string[], traits: Pick<Rows, 'also' | 'inOrder'>): Rows => ({
    from: 'customers.follow_relations r',
    id: 'r.customer_id',
    where: ['r.corp_id = $1', ...where],
    ...traits,
  });
  const whole = rows(all, { inOrder: all.length === inOrder.length && all.length === 1 });
  const alone = inOrder.map((one) =>
    rows([one], { inOrder: true, also: all.filter((other) => other !== one) }),
  );
  const sources = all.length === 1 ? [whole] : [whole, ...alone];
  return [{ sources, check: whole }];
}

const ENDED = { active: 'r.ended_at IS NULL', ended: 'r.ended_at IS NOT NULL' };

function timeCondition(
  column: 'created_at' | 'updated_at',
  from: Date | string | undefined,
  to: Date | string | undefined,
  bind: Bind,
): Condition[] {
  const least = from && `${bind(new Date(from))}::timestamptz`;
  const most = to && `${bind(new Date(to))}::timestamptz`;
  if (!least && !most) return [];
  const holds = (alias: string): string[] => [
    ...(least ? [`${alias}.${column} >= ${least}`] : []),
    ...(most ? [`${alias}.${column} < ${most}`] : []),
  ];
  return [
    {
      sources: [{ from: 'customers.customers o', id: 'o.id', where: ['o.corp_id = $1', ...holds('o')] }],
      check: holds('c').join(' AND '),
      ...(column === 'created_at' && {
        between: { after: least && idBefore(least), before: most && idAfter(most) },
      }),
    },
  ];
}

/**
 * Ids are made with the rows and grow with time: two customers created more than ten minutes apart have ids in that order,
 * since no clocks of servers differ so much and no transaction that makes customers lasts so long. Below this one there
 * is nobody created since.
 */
function idBefore(time: string): string {
  return `(SELECT b.id FROM customers.customers b WHERE b.corp_id = $1
    AND b.created_at < ${time} - interval '10 minutes' ORDER BY b.created_at DESC, b.id DESC LIMIT 1)`;
}

/** The same for whoever was created until then. */
function idAfter(time: string): string {
  return `(SELECT b.id FROM customers.customers b WHERE b.corp_id = $1
    AND b.created_at > ${time} + interval '10 minutes' ORDER BY b.created_at, b.id LIMIT 1)`;
}

const INTEGER_MAX = 2 ** 31 - 1;

/** No relation has a number that PostgreSQL's integer does not hold. */
function asInteger(value: number): number {
  return Math.abs(value) > INTEGER_MAX ? -1 : value;
}
