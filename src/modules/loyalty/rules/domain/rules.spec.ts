import fc from 'fast-check';
import { amountOf } from './amount.js';
import { holds } from './conditions.js';
import { evaluate, type Question } from './evaluate.js';
import { askedFacts, askedOf, inputsOf, replayOf } from './inputs.js';
import { PRESETS } from './presets.js';
import { readCondition } from './read-condition.js';
import { type Amount, type Condition, POINTS_MAX, type RuleVersion } from './rule.js';
import { RuleState } from './rule-state.js';
import { type Booking, planSettlement, worthOf } from './settlement.js';
import { evaluateAll } from './stacking.js';

const natural = (max: number) => fc.integer({ min: 0, max });
const scalar = fc.oneof(
  fc.constantFrom('a', 'b', '2026-11-22'),
  fc.integer({ min: -2, max: 2 }),
  fc.boolean(),
);
const leaf = fc.oneof(
  fc.record({
    of: fc.constant('event' as const),
    key: fc.constantFrom('x', 'y'),
    is: fc.constantFrom('exists' as const, 'missing' as const),
  }),
  fc.record({
    of: fc.constantFrom('event' as const, 'profile' as const),
    key: fc.constantFrom('x', 'y', 'constructor'),
    is: fc.constantFrom('in' as const, 'notIn' as const),
    value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    of: fc.constant('event' as const),
    key: fc.constantFrom('x', 'y'),
    is: fc.constantFrom('gte' as const, 'lt' as const),
    value: fc.oneof(fc.constantFrom('a', 'b'), fc.integer({ min: -2, max: 2 })),
  }),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('tree').map((not) => ({ not })),
  ),
})).tree;
const values = fc.dictionary(
  fc.constantFrom('x', 'y', 'z'),
  fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })),
);

describe('conditions', () => {
  it('are read as they were written, and keep de Morgan', () => {
    fc.assert(
      fc.property(condition, condition, values, values, (one, other, data, fields) => {
        const subject = { data, facts: { fields, tags: ['a'], level: null } };
        expect(readCondition(JSON.parse(JSON.stringify(one)))).toEqual(one);
        const neither = { not: { any: [one, other] } };
        expect(holds(neither, subject)).toBe(holds({ all: [{ not: one }, { not: other }] }, subject));
        expect(holds(neither, subject)).toBe(!holds(one, subject) && !holds(other, subject));
      }),
    );
  });

  it('see nothing of what the rule does not ask for', () => {
    fc.assert(
      fc.property(condition, values, values, (one, data, fields) => {
        const asked = askedOf({ ...plain, conditions: one });
        const facts = { fields, tags: ['a', 'b'], level: 'gold' };
        expect(holds(one, { data, facts: askedFacts(facts, asked) })).toBe(holds(one, { data, facts }));
      }),
    );
  });

  it.each([
    [{}, '/of'],
    [{ all: [] }, '/all'],
    [{ all: [{ of: 'event', key: 'x', is: 'exists', value: 1 }] }, '/all/0/value'],
    [{ of: 'event', is: 'exists' }, '/key'],
    [{ of: 'tag', key: 'x', is: 'exists' }, '/key'],
    [{ of: 'event', key: 'x', is: 'in', value: [] }, '/value'],
    [{ of: 'event', key: 'x', is: 'gte', value: true }, '/value'],
    [{ of: 'event', key: 'x', is: 'in', value: ['\0'] }, '/value'],
    [{ of: 'moon', key: 'x', is: 'exists' }, '/of'],
    [{ of: 'event', key: 'x', is: 'exists', more: 1 }, ''],
    [
      Array.from({ length: 7 }).reduce((inner) => ({ not: inner }), { of: 'tag', is: 'exists' }),
      '/not/not/not/not/not',
    ],
  ])('refuse %j', (raw, at) => {
    expect(() => readCondition(raw)).toThrow(
      expect.objectContaining({ code: 'loyalty.rule_invalid', params: { field: `/conditions${at}` } }),
    );
  });
});

describe('amounts', () => {
  it('drop the part of a point that is left, also where a double would round', () => {
    fc.assert(
      fc.property(
        natural(1e12),
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 1, max: 1e12 }),
        natural(10_000),
        (value, per, points, percent) => {
          const exact = ((BigInt(value) / BigInt(per)) * BigInt(points) * BigInt(percent)) / 100n;
          const given = amountOf({ kind: 'perUnit', property: 'x', per, points }, { x: value }, percent);
          expect(given).toBe(exact > BigInt(POINTS_MAX) ? POINTS_MAX : Number(exact));
        },
      ),
    );
  });

  it('of steps are of the highest that is reached, and of nonsense nothing', () => {
    const steps: Amount = {
      kind: 'steps',
      property: 'x',
      steps: [
        { from: 10, points: 1 },
        { from: 20, points: 5 },
      ],
    };
    const given = [9, 10, 19, 20, 1e12, -5, 1.5, '20', null, undefined].map((x) =>
      amountOf(steps, { x }, 150),
    );
    expect(given).toEqual([0, 1, 1, 7, 7, 0, 0, 0, 0, 0]);
  });
});

describe('settlements', () => {
  it('take back of many refunds what one of their sum would, never more than all, and all for the whole', () => {
    fc.assert(
      fc.property(
        natural(1e12),
        natural(1e12),
        fc.array(natural(1e11), { maxLength: 5 }),
        (granted, paid, refunds) => {
          let before = granted;
          let refunded = 0;
          for (const refund of refunds) {
            refunded += refund;
            const worth = worthOf(granted, { paid, refunded }, false);
            expect(worth).toBeLessThanOrEqual(before);
            expect(worth).toBeGreaterThanOrEqual(0);
            before = worth;
          }
          expect(worthOf(granted, { paid, refunded: paid }, false)).toBe(paid === 0 ? granted : 0);
          expect(worthOf(granted, undefined, true)).toBe(0);
        },
      ),
    );
  });

  it('bring whatever stands in the ledger to what the award is worth', () => {
    const booking = fc
      .record({ transferId: fc.uuid(), customerId: fc.constantFrom('a', 'b'), amount: natural(100) })
      .chain((one) => natural(one.amount).map((reversed): Booking => ({ ...one, reversed })));
    fc.assert(
      fc.property(
        fc.array(booking, { maxLength: 4 }),
        natural(200),
        fc.boolean(),
        (bookings, worth, isDue) => {
          const { reverse, post } = planSettlement(bookings, { customerId: 'a', worth, isDue });
          const standing = (customer: string) =>
            bookings
              .filter(({ customerId }) => customerId === customer)
              .reduce((sum, { transferId, amount, reversed }) => {
                const back = reverse.find((one) => one.transferId === transferId)?.amount ?? 0;
                expect(back).toBeLessThanOrEqual(amount - reversed);
                return sum + amount - reversed - back;
              }, 0);
          expect(standing('b')).toBe(0);
          if (isDue) expect(standing('a') + post).toBe(worth);
          else expect([post, standing('a') <= worth]).toEqual([0, true]);
        },
      ),
    );
  });
});

const plain = PRESETS.map(({ content }) => content)[0] as RuleVersion['content'];

describe('evaluations', () => {
  const rule = fc.record({
    points: natural(20),
    caps: fc.array(
      fc.record({
        of: fc.constantFrom('rule' as const, 'program' as const),
        per: fc.constantFrom('all' as const, 'member' as const),
        period: fc.constantFrom('day' as const, 'lifetime' as const),
        points: fc.integer({ min: 1, max: 50 }),
      }),
      { maxLength: 3 },
    ),
    coolDownMinutes: fc.constantFrom(0, 0, 90),
    exclusiveGroup: fc.constantFrom(null, 'g'),
    priority: natural(2),
  });
  const event = fc.record({ customer: natural(2), hour: natural(72) });

  it('never pass a cap or a cool-down, fill caps to the last point, and come out the same when done again', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 3 }),
        fc.array(event, { maxLength: 25 }),
        (rules, events) => {
          const state = new RuleState();
          const given = events.flatMap(({ customer, hour }, n) => {
            const asked = rules
              .map(({ points, ...more }, place) =>
                questionOf(n, { customer, hour }, place, { ...more, amount: { kind: 'fixed', points } }),
              )
              .sort((a, b) => b.version.content.priority - a.version.content.priority);
            return evaluateAll(asked, state).map((evaluation, place) => ({
              question: asked[place] as Question,
              evaluation,
            }));
          });
          const totals = new Map<string, number>();
          const times = new Map<string, number[]>();
          const taken = new Set<string>();
          for (const { question, evaluation } of given) {
            for (const { counter, cap, used } of evaluation.limits) {
              expect(used).toBe(totals.get(counter) ?? 0);
              expect(used + evaluation.points).toBeLessThanOrEqual(Math.max(cap.points, used));
            }
            if (evaluation.cutBy)
              expect(evaluation.points).toBe(
                Math.max(0, evaluation.cutBy.cap.points - evaluation.cutBy.used),
              );
            else if (evaluation.verdict === 'earned') expect(evaluation.points).toBe(evaluation.wanted);
            for (const counter of new Set(evaluation.limits.map((one) => one.counter)))
              totals.set(counter, (totals.get(counter) ?? 0) + evaluation.points);
            if (evaluation.points > 0) {
              const { exclusiveGroup, coolDownMinutes } = question.version.content;
              const taking = `${question.occurrence.id}/${exclusiveGroup ?? question.version.id}`;
              expect(taken.has(taking)).toBe(false);
              taken.add(taking);
              const place = `${question.version.id}/${question.occurrence.customerId}`;
              const at = question.occurrence.at.getTime();
              const others = times.get(place) ?? [];
              expect(others.every((other) => Math.abs(other - at) >= coolDownMinutes * 60_000)).toBe(true);
              times.set(place, [...others, at]);
            }
            if (evaluation.wanted === 0) continue;
            const { occurrence, version, member } = question;
            const award = {
              eventId: occurrence.id,
              revision: 1,
              eventAt: occurrence.at,
              eventCustomerId: occurrence.customerId,
            };
            const stored = JSON.parse(JSON.stringify(inputsOf(question, evaluation)));
            const again = replayOf(
              { ...award, customerId: member?.customerId ?? '', inputs: stored },
              version,
              'Asia/Shanghai',
            );
            const { points, wanted, verdict } = evaluate(again.question, again.state);
            expect({ points, wanted, verdict }).toEqual({
              points: evaluation.points,
              wanted: evaluation.wanted,
              verdict: evaluation.verdict,
            });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function questionOf(
  n: number,
  { customer, hour }: { customer: number; hour: number },
  place: number,
  content: Partial<RuleVersion['content']>,
): Question {
  const customerId = `customer-${customer}`;
  const version: RuleVersion = {
    id: `version-${place}`,
    ruleId: `00000000-0000-7000-8000-00000000000${place}`,
    version: 1,
    programId: '00000000-0000-7000-8000-0000000000ff',
    content: { ...plain, conditions: null, caps: [], ...content, trigger: 'visit' },
    inForceFrom: null,
    inForceTo: null,
  };
  const at = new Date(Date.UTC(2026, 10, 20, hour));
  const occurrence = {
    id: `event-${n}`,
    revision: 1,
    trigger: 'visit',
    customerId,
    at,
    source: 's',
    data: {},
  };
  const facts = { fields: {}, tags: [], level: null };
  return {
    occurrence,
    version,
    member: { customerId, person: [customerId] },
    facts,
    timeZone: 'Asia/Shanghai',
  };
}
