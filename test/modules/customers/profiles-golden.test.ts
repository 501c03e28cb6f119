import fc from 'fast-check';
import type { FieldValue } from '../../../src/modules/customers/profiles/domain/field-definition.js';
import {
  FIELD_SOURCES,
  type FieldSource,
} from '../../../src/modules/customers/profiles/domain/survivorship.js';
import { RulesStore } from '../../../src/modules/customers/profiles/persistence/rules-store.js';
import { ExplainField } from '../../../src/modules/customers/profiles/queries/explain-field.js';
import { FieldCatalogue } from '../../../src/modules/customers/profiles/queries/field-catalogue.js';
import { ProfileOf } from '../../../src/modules/customers/profiles/queries/profile-of.js';
import { RebuildProfiles } from '../../../src/modules/customers/profiles/use-cases/rebuild-profiles.js';
import { ProfilesWorld } from './profiles-world.js';

const RUNS = 8;
const FIELDS = ['score', 'corp_name', 'life_stage', 'region'] as const;
/** Three of them are one person, the fourth is a person alone. */
const CUSTOMERS = 4;
const PERSON = [0, 1, 2];
const BEGIN_MS = Date.UTC(2026, 0, 1);

interface Write {
  readonly customer: number;
  readonly field: (typeof FIELDS)[number];
  readonly source: 'staff' | 'crm' | 'shop';
  readonly value: FieldValue | null;
  readonly confidence: number;
  /** Few instants, so that many are equal. */
  readonly day: number;
}

const valueOf: Record<Write['field'], fc.Arbitrary<FieldValue>> = {
  score: fc.integer({ min: -2, max: 2 }),
  corp_name: fc.constantFrom('甲', '乙', '丙 丁'),
  life_stage: fc.constantFrom('new', 'active', 'lost'),
  region: fc.constantFrom<FieldValue>(['广东省'], ['广东省', '深圳市'], ['广东省', '广州市'], ['北京市']),
};
const write: fc.Arbitrary<Write> = fc.constantFrom(...FIELDS).chain((field) =>
  fc.record({
    customer: fc.integer({ min: 0, max: CUSTOMERS - 1 }),
    field: fc.constant(field),
    source: fc.constantFrom('staff' as const, 'crm' as const, 'shop' as const),
    value: fc.option(valueOf[field], { freq: 4 }),
    confidence: fc.constantFrom(50, 100),
    day: fc.integer({ min: 0, max: 3 }),
  }),
);
const history = fc.record({
  writes: fc.array(write, { minLength: 20, maxLength: 60 }),
  ranking: fc.shuffledSubarray([...FIELD_SOURCES], { minLength: FIELD_SOURCES.length }),
  order: fc.infiniteStream(fc.nat()),
});

let world: ProfilesWorld;

beforeAll(async () => {
  world = await ProfilesWorld.start();
});
afterAll(async () => world.close());

/** The reference: sorts everything that was ever said, and knows nothing of rows, sources that replace, or marks. */
function expected(
  writes: readonly Write[],
  customers: readonly number[],
  field: string,
  ranking: readonly FieldSource[],
) {
  const said = writes.filter((one) => customers.includes(one.customer) && one.field === field);
  const newest = new Map<string, Write>();
  const byAge = [...said].sort(
    (a, b) =>
      a.day - b.day ||
      a.confidence - b.confidence ||
      (JSON.stringify(a.value) < JSON.stringify(b.value) ? -1 : 1),
  );
  for (const one of byAge) newest.set(`${one.source} ${one.customer}`, one);
  const standing = [...newest.entries()].filter(([, { value }]) => value !== null);
  const [best] = standing.sort(
    ([aName, a], [bName, b]) =>
      ranking.indexOf(a.source) - ranking.indexOf(b.source) ||
      b.confidence - a.confidence ||
      b.day - a.day ||
      (aName < bName ? -1 : 1),
  );
  return best?.[1];
}

/** Calls of one source and confidence each, as they come from outside; some say several things at once. */
async function say(writes: readonly Write[], ids: readonly string[]): Promise<void> {
  for (let at = 0; at < writes.length;) {
    const first = writes[at]!;
    const rest = writes
      .slice(at)
      .findIndex((one) => one.source !== first.source || one.confidence !== first.confidence);
    const part = writes.slice(at, rest < 0 ? undefined : at + rest);
    const changes = part.map(({ customer, field, value, day }) => ({
      customerId: ids[customer]!,
      field,
      value,
      observedAt: new Date(BEGIN_MS + day * 86_400_000),
    }));
    expect((await world.write(changes, first.source, first.confidence)).filter(({ ok }) => !ok)).toEqual([]);
    at += part.length;
  }
}

async function goldenOf(ids: readonly string[], customer: number) {
  const profile = (await world.inUnit(() => world.http.get(ProfileOf).of([ids[customer]!]))).get(
    ids[customer]!,
  )!;
  return FIELDS.map((key) => {
    const field = profile.fields.find(({ definition }) => definition.key === key)!;
    const { survivor, value, ruleVersion } = field;
    return { key, value, ruleVersion, from: survivor && describe_(survivor, ids) };
  });
}

function describe_(
  said: { source: string; customerId: string; confidence: number; observedAtMs: number },
  ids: readonly string[],
) {
  const { source, customerId, confidence, observedAtMs } = said;
  return {
    source,
    customer: ids.indexOf(customerId),
    confidence,
    day: (observedAtMs - BEGIN_MS) / 86_400_000,
  };
}

/** What filters see, with customers by their place. */
async function rowsOf(ids: readonly string[]) {
  const values = await world.sql<{ id: string }>(
    `SELECT customer_id AS id, field_key, source, value, text_value, number_value, confidence, observed_at, wins
       FROM customers.field_values WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) ORDER BY 1, 2, 3`,
    [world.corpId, ids],
  );
  const items = await world.sql<{ id: string }>(
    `SELECT customer_id AS id, field_key, item FROM customers.field_items
      WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) ORDER BY 1, 2, 3`,
    [world.corpId, ids],
  );
  return {
    values: values.map((row) => ({ ...row, id: ids.indexOf(row.id) })),
    items: items.map((row) => ({ ...row, id: ids.indexOf(row.id) })),
  };
}

async function nextRules(ranking: readonly FieldSource[]): Promise<number> {
  return world.inUnit(async () => {
    const { version } = (await world.http.get(FieldCatalogue).read()).rules;
    await world.http.get(RulesStore).add({ version: version + 1, ranking }, 'test');
    return version + 1;
  });
}

async function fourCustomers(): Promise<string[]> {
  const ids = await world.customers(CUSTOMERS);
  await world.link(PERSON.map((index) => ids[index]!));
  return ids;
}

const byStream = <T>(all: readonly T[], stream: Iterator<number>): T[] =>
  all
    .map((one) => [stream.next().value as number, one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

it('S-10: the golden record is what the sources and the rules say, in any order of writes, and can be rebuilt', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ writes, ranking, order }) => {
      const ruleVersion = await nextRules(ranking);
      const [ids, others] = [await fourCustomers(), await fourCustomers()];
      await say(writes, ids);
      await say(byStream(writes, order), others);
      for (const [customer, members] of [
        [0, PERSON],
        [3, [3]],
      ] as const) {
        const golden = await goldenOf(ids, customer);
        expect(golden).toEqual(
          FIELDS.map((key) => {
            const best = expected(writes, members, key, ranking);
            const from = best && {
              source: best.source,
              customer: best.customer,
              confidence: best.confidence,
              day: best.day,
            };
            return { key, value: best?.value ?? null, ruleVersion, from: from ?? null };
          }),
        );
        expect(await goldenOf(others, customer)).toEqual(golden);
      }
      await expectExplained(ids);
      await expectRebuilt(ids, await rowsOf(others));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);

/** Each value that is shown is one that a source has said and that is stored. */
async function expectExplained(ids: readonly string[]): Promise<void> {
  for (const key of FIELDS) {
    const { value, survivor, candidates } = await world.inUnit(() =>
      world.http.get(ExplainField).why(ids[0]!, key),
    );
    expect(candidates.filter(({ lostBy }) => lostBy === null).map(({ said }) => said)).toEqual(
      survivor ? [survivor] : [],
    );
    if (!survivor) continue;
    expect(candidates[0]?.said).toBe(survivor);
    const stored = await world.sql(
      `SELECT FROM customers.field_values WHERE corp_id = $1 AND customer_id = $2 AND field_key = $3 AND source = $4 AND value = $5`,
      [world.corpId, survivor.customerId, key, survivor.source, JSON.stringify(value)],
    );
    expect(stored).toHaveLength(1);
  }
}

async function expectRebuilt(ids: readonly string[], likeOthers: object): Promise<void> {
  const before = await rowsOf(ids);
  expect(before).toEqual(likeOthers);
  await world.sql(
    `UPDATE customers.field_values SET wins = NOT wins WHERE corp_id = $1 AND customer_id = ANY($2::uuid[]) AND value IS NOT NULL`,
    [world.corpId, ids],
  );
  await world.sql(`DELETE FROM customers.field_items WHERE corp_id = $1 AND customer_id = ANY($2::uuid[])`, [
    world.corpId,
    ids,
  ]);
  await world.inUnit(() => world.http.get(RebuildProfiles).rebuild(ids));
  expect(await rowsOf(ids)).toEqual(before);
}
