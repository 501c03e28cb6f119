import fc from 'fast-check';
import { partitionOf } from '../../../src/modules/customers/identity/domain/partition.js';
import type { TestHttp } from '../../support/http.js';
import { customerId, type Given, IdentityCorp, startIdentityHttp } from './identity-world.js';

const CUSTOMERS = 10;
/** The full size needs a minute. */
const DECISIONS = process.env['PROVE'] === 'full' ? 1000 : 200;
const TIMEOUT_MS = 300_000;
const KINDS = ['unionid', 'openid', 'phone', 'phone', 'phone', 'email', 'external_id'] as const;

let http: TestHttp;
beforeAll(async () => {
  http = await startIdentityHttp();
});
afterAll(async () => http.close());

function givenOf(kind: (typeof KINDS)[number], value: number): Given {
  if (kind === 'phone') return { kind, value: `1391234${String(value).padStart(4, '0')}` };
  if (kind === 'email') return { kind, value: `p${value}@example.com` };
  const namespace = kind === 'openid' ? 'wx0001' : kind === 'external_id' ? 'crm' : undefined;
  return { kind, ...(namespace && { namespace }), value: `v${value}` };
}

const holding = fc
  .record({
    at: fc.nat(CUSTOMERS - 1),
    kind: fc.constantFrom(...KINDS),
    value: fc.nat(6),
  })
  .map(({ at, kind, value }) => ({ customerId: customerId(at), ...givenOf(kind, value) }));

describe('S-8: the order of events', () => {
  it(
    'does not show in the partition, also when they come at the same time',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(holding, { minLength: 12, maxLength: 24, size: 'max' }),
          fc.infiniteStream(fc.nat(1_000_000)),
          async (events, stream) => {
            const random = (): number => stream.next().value ?? 0;
            const blocked = givenOf('phone', 0);
            const valueIdOf = ({ kind, namespace = '', value }: Given) => `${kind}|${namespace}|${value}`;
            const expected = partitionOf({
              holdings: events.map((one) => ({
                ...one,
                namespace: one.namespace ?? '',
                valueId: valueIdOf(one),
              })),
              blocked: new Set([valueIdOf(blocked)]),
              together: [],
              apart: [],
            });
            for (let order = 0; order < 3; order++) {
              const corp = await IdentityCorp.of(http, CUSTOMERS);
              const works = [
                ...events.map((event) => () => corp.add([event])),
                () => corp.block(blocked),
              ].map((work) => ({ work, at: random() }));
              works.sort((one, two) => one.at - two.at);
              for (let at = 0; at < works.length; at += 6)
                // six at a time
                await Promise.all(works.slice(at, at + 6).map(({ work }) => work()));
              expect(await corp.persons()).toEqual(expected.persons);
              expect(await corp.cases()).toEqual(expected.doubtful.map(({ customers }) => customers));
            }
          },
        ),
        { numRuns: 8 },
      );
    },
    TIMEOUT_MS,
  );
});

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      items: fc.array(holding, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), pick: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), value: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock' as const), pick: fc.nat(1000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('merge' as const),
      at: fc.array(fc.nat(CUSTOMERS - 1), { minLength: 2, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('unmerge' as const), pick: fc.nat(1000), part: fc.nat(1000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(corp: IdentityCorp, one: Step): Promise<void> {
  if (one.do === 'add') return corp.add(one.items);
  if (one.do === 'block') return void (await corp.block(givenOf('phone', one.value)).catch(ignoreRefusal));
  if (one.do === 'merge') return corp.merge(one.at.map(customerId)).catch(ignoreRefusal);
  const pickFrom = async <T extends object>(text: string, pick: number): Promise<T | undefined> => {
    const rows = await corp.sql<T>(text, [corp.id]);
    return rows[pick % rows.length];
  };
  if (one.do === 'remove') {
    const row = await pickFrom<{ id: string; customer: string }>(
      `SELECT id, customer_id AS customer FROM customers.identifiers WHERE corp_id = $1 ORDER BY id`,
      one.pick,
    );
    return row && corp.remove(row.customer, row.id);
  }
  if (one.do === 'unblock') {
    const row = await pickFrom<{ id: string }>(
      `SELECT id FROM customers.blocked_identifiers WHERE corp_id = $1 ORDER BY id`,
      one.pick,
    );
    return row && corp.unblock(row.id);
  }
  const persons = await corp.persons();
  const person = persons[one.pick % persons.length];
  if (person) await corp.unmerge(person[0] ?? '', person.slice(0, 1 + (one.part % (person.length - 1))));
}

/** Merging who is one person already, blocking what is blocked. */
function ignoreRefusal(error: { code?: string }): void {
  expect(['customers.merge_needs_two', 'customers.identifier_blocked_already']).toContain(error.code);
}

describe('whatever happens', () => {
  it(
    'leaves who the pure function says, of all facts at once',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 20, size: 'max' }), async (steps) => {
          const corp = await IdentityCorp.of(http, CUSTOMERS);
          for (const one of steps) {
            await take(corp, one);
            const expected = await corp.expected();
            expect(await corp.persons()).toEqual(expected.persons);
            expect(await corp.cases()).toEqual(expected.cases);
          }
        }),
        { numRuns: 6 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'unmerge(merge(a, b)) is (a, b), and the events tell both',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(holding, { minLength: 10, maxLength: 20, size: 'max' }), async (items) => {
          const corp = await IdentityCorp.of(http, CUSTOMERS);
          await corp.add(items);
          const before = await corp.persons();
          const setOf = (id: string) => before.find((ids) => ids.includes(id)) ?? [id];
          const a = setOf(customerId(0));
          const other = Array.from({ length: CUSTOMERS }, (_, at) => customerId(at)).find(
            (id) => !a.includes(id),
          );
          const b = setOf(other ?? '');
          await corp.merge([a[0] ?? '', b[0] ?? '']);
          const merged = (await corp.persons()).find((ids) => ids.includes(a[0] ?? '')) ?? [];
          expect(merged).toEqual(expect.arrayContaining([...a, ...b])); // and whoever was in doubt between them
          await corp.unmerge(a[0] ?? '', b);
          expect(await corp.persons()).toEqual(before);
          const events = await corp.sql<{ name: string; payload: object }>(
            `SELECT name, payload FROM platform.events WHERE corp_id = $1 ORDER BY id DESC LIMIT 40`,
            [corp.id],
          );
          const payload = { personId: merged[0], customerIds: merged };
          expect(events).toContainEqual({ name: 'customers.merged', payload });
          const parts = [...new Set(merged.map((id) => setOf(id)[0] ?? ''))].sort();
          expect(events).toContainEqual({ name: 'customers.unmerged', payload: { ...payload, parts } });
        }),
        { numRuns: 10 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('S-9: a merge moves no rows', () => {
  it(
    'after many merges and unmerges every other table is what it was',
    async () => {
      const corp = await IdentityCorp.of(http, CUSTOMERS);
      await corp.add(
        Array.from({ length: 40 }, (_, at) => ({
          customerId: customerId(at % CUSTOMERS),
          ...givenOf(KINDS[at % KINDS.length] ?? 'phone', at % 9),
        })),
      );
      const own = ['person_links', 'person_decisions', 'identity_cases'];
      const tables = await corp.sql<{ name: string }>(
        `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'corp_id'
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'platform'
          AND NOT (n.nspname = 'customers' AND c.relname = ANY($1)) ORDER BY 1`,
        [own],
      );
      expect(tables.length).toBeGreaterThan(20);
      const digest = async () => {
        const rows = [];
        for (const { name } of tables)
          rows.push(
            ...(await corp.sql<object>(
              `SELECT '${name}' AS name, count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS rows
               FROM ${name} t WHERE corp_id = $1`,
              [corp.id],
            )),
          );
        return rows;
      };
      const before = await digest();
      let seed = 7;
      const pick = (bound: number): number => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((seed / 2 ** 32) * bound);
      };
      const counted = { merges: 0, unmerges: 0 };
      for (let unit = 0; unit < DECISIONS / 50; unit++) {
        await corp.inUnit(async (merging, persons) => {
          while (counted.merges + counted.unmerges < (unit + 1) * 50) {
            const [one, two] = [customerId(pick(CUSTOMERS)), customerId(pick(CUSTOMERS))];
            const person = await persons.customersOf(one);
            if (!person.includes(two)) {
              await merging.merge([one, two]);
              counted.merges++;
            } else if (person.length > 1) {
              await merging.unmerge(one, person.slice(0, 1 + pick(person.length - 1)));
              counted.unmerges++;
            }
          }
        });
      }
      expect(Math.min(counted.merges, counted.unmerges)).toBeGreaterThan(DECISIONS / 5);
      expect(await digest()).toEqual(before);
      const [stray] = await corp.sql<{ count: number }>(
        `SELECT count(*)::int FROM customers.person_links l WHERE corp_id = $1 AND NOT EXISTS (
         SELECT FROM customers.customers c WHERE c.corp_id = l.corp_id AND c.id = l.customer_id)`,
        [corp.id],
      );
      expect(stray).toEqual({ count: 0 });
      const linked = (await corp.persons()).flat();
      expect(new Set(linked).size).toBe(linked.length);
      expect((await corp.persons()).every((ids) => ids.length > 1)).toBe(true);
    },
    TIMEOUT_MS,
  );
});
