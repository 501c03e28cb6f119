import fc from 'fast-check';
import type { IdentityFacts } from '../../../src/modules/customers/identity/domain/facts.js';
import { partitionOf } from '../../../src/modules/customers/identity/domain/partition.js';
import { facts, modelPartition, partitionAsText } from './identity-model.js';

const shuffled = <T>(items: readonly T[], random: () => number): T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .sort((one, two) => one.at - two.at)
    .map(({ item }) => item);

describe('who is one person', () => {
  it('is what the rules say', () => {
    fc.assert(
      fc.property(facts, (known) => {
        expect(partitionOf(known).persons).toEqual(modelPartition(known));
      }),
      { numRuns: 600 },
    );
  });

  it('does not depend on the order of the facts, nor on the names of the values', () => {
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (known, stream) => {
        const random = (): number => stream.next().value ?? 0;
        const once = partitionOf(known);
        const renamed = new Map(known.holdings.map(({ valueId }) => [valueId, `${random()} ${valueId}`]));
        const nameOf = (valueId: string): string => renamed.get(valueId) ?? valueId;
        const again: IdentityFacts = {
          holdings: shuffled(
            known.holdings.map((one) => ({ ...one, valueId: nameOf(one.valueId) })),
            random,
          ),
          blocked: new Set([...known.blocked].map(nameOf)),
          together: shuffled(known.together, random),
          apart: shuffled(known.apart, random),
        };
        expect(partitionOf(again)).toEqual(once);
        expect(partitionAsText(once)).toBe(partitionAsText(partitionOf(again)));
      }),
      { numRuns: 1000 },
    );
  });

  it('never joins who is kept apart, nor two strong ids, unless a human did', () => {
    fc.assert(
      fc.property(facts, (known) => {
        const { persons, doubtful } = partitionOf(known);
        for (const person of persons) {
          for (const [a, b] of known.apart) expect(person.includes(a) && person.includes(b)).toBe(false);
        }
        for (const { customers } of doubtful) {
          expect(persons.some((person) => customers.every((id) => person.includes(id)))).toBe(false);
        }
        expect(new Set(persons.flat()).size).toBe(persons.flat().length);
      }),
    );
  });
});
