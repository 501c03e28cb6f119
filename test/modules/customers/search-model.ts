import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type {
  CustomerFilter,
  FieldFilter,
  RelationFilter,
} from '../../../src/modules/customers/search/domain/customer-filter.js';
import { searchableNames } from '../../../src/modules/customers/search/use-cases/searchable-names.js';
import { normaliseName } from '../../../src/modules/customers/search/domain/name-grams.js';

/** A customer of the naive model: what the database holds in nine tables, in one object. */
export interface ModelCustomer {
  readonly id: string;
  readonly name: string | null;
  readonly day: number;
  readonly relations: readonly ModelRelation[];
  readonly lifeStage: string | null;
  readonly region: readonly string[] | null;
  readonly score: number | null;
  readonly birthday: number | null;
}

export interface ModelRelation {
  readonly staff: string;
  readonly remark: string;
  readonly way: number;
  readonly state: string | null;
  readonly day: number;
  readonly ended: boolean;
  readonly tags: readonly string[];
}

/** Ids grow with the time of creation, as ours do. */
export function idOf(day: number): string {
  return `019${day.toString(16).padStart(5, '0')}${randomUUID().slice(8)}`;
}

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
export const DAYS = 30;
export const timeOf = (day: number): Date => new Date(START + day * DAY_MS);
export const dayOf = (day: number): string => timeOf(day).toISOString().slice(0, 10);

/** Few letters, so that names contain each other; a surname with two readings, wide letters, an emoji. */
const letters = fc.constantFrom(...'单田芳李海风aＢ1😀 ');
const word = (max: number) => fc.array(letters, { minLength: 1, maxLength: max }).map((all) => all.join(''));
const staff = fc.constantFrom('Chen', 'li', 'wang');
const tag = fc.constantFrom('t1', 't2', 't3', 't4');
const state = fc.constantFrom('expo', 'web');
const lifeStage = fc.constantFrom('new', 'active', 'lost');
const region = fc.constantFrom(['浙江'], ['浙江', '杭州'], ['江苏', '南京']);
const day = fc.integer({ min: 0, max: DAYS });
const score = fc.integer({ min: 0, max: 9 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
const some = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(value, { minLength: 1, maxLength: 3 });

const relation = fc.record({
  staff,
  remark: fc.oneof(word(4), fc.constant('')),
  way: fc.integer({ min: 0, max: 3 }),
  state: maybe(state),
  day,
  ended: fc.boolean(),
  tags: fc.uniqueArray(tag, { maxLength: 3 }),
});

export const customer: fc.Arbitrary<Omit<ModelCustomer, 'id'>> = fc.record({
  name: maybe(word(5)),
  day,
  relations: fc.uniqueArray(relation, { maxLength: 3, selector: (one) => one.staff }),
  lifeStage: maybe(lifeStage),
  region: maybe(region),
  score: maybe(score),
  birthday: maybe(day),
});

const fieldFilter: fc.Arbitrary<FieldFilter> = fc.oneof(
  fc.record({ key: fc.constant('life_stage'), anyOf: some(lifeStage) }),
  fc.record({
    key: fc.constant('region'),
    anyOf: some(fc.constantFrom('浙江', '浙江/杭州', '江苏/南京', '杭州')),
  }),
  fc.record({ key: fc.constant('score'), min: score }),
  fc.record({ key: fc.constant('score'), min: score, max: score }),
  fc.record({ key: fc.constant('birthday'), from: day.map(dayOf), to: day.map(dayOf) }),
);

const relationFilter: fc.Arbitrary<RelationFilter> = fc.record(
  {
    staffUserIds: some(fc.constantFrom('chen', 'LI', 'wang')),
    relationState: fc.constantFrom('active', 'ended'),
    addWays: some(fc.integer({ min: 0, max: 3 })),
    states: some(state),
    followedFrom: day.map(timeOf),
    followedTo: day.map(timeOf),
  },
  { requiredKeys: [] },
);

const anyCondition: fc.Arbitrary<CustomerFilter> = fc.record(
  {
    names: some(
      fc
        .oneof(word(1), word(2), word(4), fc.constantFrom('stf', 'dt', 'h', 'lhf'))
        .filter((name) => name.trim() !== ''),
    ),
    relation: relationFilter,
    anyTags: some(tag),
    allTags: some(tag),
    createdFrom: day.map(timeOf),
    createdTo: day.map(timeOf),
    updatedFrom: day.map(timeOf),
    updatedTo: day.map(timeOf),
    fields: fc.array(fieldFilter, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);
/** Mostly one to three conditions: more find nobody. */
export const filter: fc.Arbitrary<CustomerFilter> = fc
  .tuple(
    anyCondition,
    fc.shuffledSubarray(
      [
        'names',
        'relation',
        'anyTags',
        'allTags',
        'createdFrom',
        'updatedTo',
        'fields',
        'updatedFrom',
        'createdTo',
      ] as const,
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([all, kept]) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => (kept as readonly string[]).includes(key))),
  );

/** The whole meaning of a filter, without a database. */
export function holds(
  one: ModelCustomer,
  { names, relation: asked, anyTags, allTags, fields, ...times }: CustomerFilter,
): boolean {
  const tags = new Set(one.relations.flatMap((own) => own.tags));
  const lines = searchableNames([one.name ?? '', ...one.relations.map((own) => own.remark)]).split('\n');
  const created = timeOf(one.day);
  return (
    (!names || names.some((name) => lines.some((line) => line.includes(normaliseName(name))))) &&
    (!asked || Object.keys(asked).length === 0 || one.relations.some((own) => relationHolds(own, asked))) &&
    (!anyTags || anyTags.some((wanted) => tags.has(wanted))) &&
    (allTags ?? []).every((wanted) => tags.has(wanted)) &&
    (fields ?? []).every((wanted) => fieldHolds(one, wanted)) &&
    within(created, times.createdFrom, times.createdTo) &&
    within(created, times.updatedFrom, times.updatedTo)
  );
}

function relationHolds(own: ModelRelation, asked: RelationFilter): boolean {
  const { staffUserIds, relationState, addWays, states, followedFrom, followedTo } = asked;
  return (
    (!staffUserIds || staffUserIds.some((id) => id.toLowerCase() === own.staff.toLowerCase())) &&
    (!relationState || (relationState === 'ended') === own.ended) &&
    (!addWays || addWays.includes(own.way)) &&
    (!states || states.some((wanted) => wanted === own.state)) &&
    within(timeOf(own.day), followedFrom, followedTo)
  );
}

function fieldHolds(
  one: ModelCustomer,
  { key, anyOf = [], min = 0, max = 99, from, to }: FieldFilter,
): boolean {
  switch (key) {
    case 'life_stage':
      return one.lifeStage !== null && anyOf.includes(one.lifeStage);
    case 'region':
      return anyOf.some((path) => `${(one.region ?? []).join('/')}/`.startsWith(`${path}/`));
    case 'score':
      return one.score !== null && one.score >= min && one.score <= max;
    default:
      return one.birthday !== null && within(timeOf(one.birthday), from, to);
  }
}

function within(time: Date, from: Date | string | undefined, to: Date | string | undefined): boolean {
  return (from === undefined || time >= new Date(from)) && (to === undefined || time < new Date(to));
}
