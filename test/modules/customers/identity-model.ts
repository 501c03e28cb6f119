import fc from 'fast-check';
import type { Holding, IdentityFacts, Pair } from '../../../src/modules/customers/identity/domain/facts.js';
import type { IdentifierKind } from '../../../src/modules/customers/identity/domain/identifier.js';
import type { Partition } from '../../../src/modules/customers/identity/domain/partition.js';

/*
 * The rules of docs/adr/0016 once more, as plainly as possible and with no line of the real ones: sets in a list, every
 * question asked anew of all facts. Slow, and easy to believe.
 */

const ORDER: IdentifierKind[] = ['unionid', 'external_userid', 'openid', 'phone', 'email', 'external_id'];
const LIMITS = { unionid: 20, external_userid: 20, openid: 20, phone: 5, email: 5, external_id: 20 };
const ONE_ONLY: IdentifierKind[] = ['unionid', 'external_userid', 'openid', 'external_id'];

export function modelPartition(facts: IdentityFacts): string[][] {
  for (let apart: readonly Pair[] = []; ;) {
    const sets = followed({ ...facts, apart });
    const joined = facts.apart.filter((pair) => sets.some((set) => pair.every((id) => set.includes(id))));
    if (joined.length === 0) return sets;
    apart = [...apart, ...joined];
  }
}

function followed(facts: IdentityFacts): string[][] {
  const ids = [...new Set([...facts.holdings.map((one) => one.customerId), ...facts.together.flat()])].sort();
  let sets = ids.map((id) => [id]);
  const setOf = (id: string): string[] => sets.find((set) => set.includes(id)) ?? [id];
  const join = (a: string, b: string): void => {
    const [one, two] = [setOf(a), setOf(b)];
    if (one !== two) sets = [...sets.filter((set) => set !== one && set !== two), [...one, ...two].sort()];
  };
  for (const [a, b] of facts.together) join(a, b);
  const byHand = sets.map((set) => [...set]);
  const holders = (valueId: string): string[] => [
    ...new Set(facts.holdings.filter((one) => one.valueId === valueId).map((one) => one.customerId)),
  ];
  const links = facts.holdings.filter(
    (one) => !facts.blocked.has(one.valueId) && holders(one.valueId).length <= LIMITS[one.kind],
  );
  /** The values of one kind, and all others that a hand-made set holds with one of them. */
  const idsOf = (set: string[], { kind, namespace }: Holding): Set<string> => {
    const same = links.filter((one) => one.kind === kind && one.namespace === namespace);
    const values = new Set(same.filter((one) => set.includes(one.customerId)).map((one) => one.valueId));
    for (let before = -1; before !== values.size;) {
      before = values.size;
      for (const made of byHand.filter((one) => one.length > 1)) {
        const held = same.filter((one) => made.includes(one.customerId)).map((one) => one.valueId);
        if (held.some((value) => values.has(value))) held.forEach((value) => values.add(value));
      }
    }
    return values;
  };
  const agree = (a: string[], b: string[]): boolean => {
    if (facts.apart.some(([x, y]) => (a.includes(x) && b.includes(y)) || (a.includes(y) && b.includes(x))))
      return false;
    return links
      .filter((one) => ONE_ONLY.includes(one.kind) && a.includes(one.customerId))
      .every((one) => {
        const [mine, theirs] = [idsOf(a, one), idsOf(b, one)];
        return theirs.size === 0 || [...mine].some((value) => theirs.has(value));
      });
  };
  for (const kind of ORDER) {
    const shared = (a: string, b: string): boolean =>
      links.some(
        (one) =>
          one.kind === kind &&
          one.customerId === a &&
          links.some((two) => two.customerId === b && two.valueId === one.valueId),
      );
    const pairs = ids.flatMap((a) => ids.filter((b) => a < b && shared(a, b)).map((b): Pair => [a, b]));
    const agreeing = pairs.filter(([a, b]) => setOf(a) !== setOf(b) && agree(setOf(a), setOf(b)));
    const neighbours = (set: string[]): string[][] =>
      agreeing.flatMap(([a, b]) => (setOf(a) === set ? [setOf(b)] : setOf(b) === set ? [setOf(a)] : []));
    const doubted = (from: string[], to: string[]): boolean =>
      neighbours(from).some((other) => other !== to && !agree(other, to));
    const clear = agreeing.filter(([a, b]) => !doubted(setOf(a), setOf(b)) && !doubted(setOf(b), setOf(a)));
    for (const [a, b] of clear) if (setOf(a) !== setOf(b) && agree(setOf(a), setOf(b))) join(a, b);
  }
  return sets.filter((set) => set.length > 1).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

export const partitionAsText = ({ persons }: Pick<Partition, 'persons'>): string => JSON.stringify(persons);

/** Few customers and few values, so that nearly everything meets; decisions as merges and splits leave them. */
export const facts: fc.Arbitrary<IdentityFacts> = fc
  .record({
    customers: fc.integer({ min: 4, max: 12 }),
    holdings: fc.array(
      fc.record({
        at: fc.nat(11),
        kind: fc.constantFrom(...ORDER, 'phone' as const, 'phone' as const, 'phone' as const),
        namespace: fc.constantFrom('a', 'b'),
        value: fc.nat(6),
      }),
      { minLength: 8, maxLength: 36, size: 'max' },
    ),
    blocked: fc.subarray(['phone||0', 'unionid||1']),
    decisions: fc.array(fc.record({ a: fc.nat(11), b: fc.nat(11), together: fc.boolean() }), {
      maxLength: 5,
    }),
  })
  .map(({ customers, holdings, blocked, decisions }) => ({
    holdings: holdings.map(({ at, kind, namespace, value }) => {
      const named = kind === 'openid' || kind === 'external_id' ? namespace : '';
      return {
        customerId: customer(at % customers),
        kind,
        namespace: named,
        valueId: `${kind}|${named}|${value}`,
      };
    }),
    blocked: new Set(blocked),
    ...consistent(decisions.map(({ a, b, together }) => ({ a: a % customers, b: b % customers, together }))),
  }));

function customer(at: number): string {
  return `c${String(at).padStart(2, '0')}`;
}

/** The later word that contradicts what follows from the earlier ones is left out: merges and splits never leave one. */
function consistent(decisions: readonly { a: number; b: number; together: boolean }[]) {
  const together: Pair[] = [];
  const apart: Pair[] = [];
  const reach = (from: string): Set<string> => {
    const seen = new Set([from]);
    for (const id of seen)
      for (const pair of together) if (pair.includes(id)) pair.forEach((other) => seen.add(other));
    return seen;
  };
  for (const { a, b, together: joined } of decisions) {
    if (a === b) continue;
    const pair: Pair = a < b ? [customer(a), customer(b)] : [customer(b), customer(a)];
    const [one, two] = [reach(pair[0]), reach(pair[1])];
    const split = apart.some(([x, y]) => (one.has(x) && two.has(y)) || (one.has(y) && two.has(x)));
    if (joined && !split) together.push(pair);
    if (!joined && !one.has(pair[1])) apart.push(pair);
  }
  return { together, apart };
}
