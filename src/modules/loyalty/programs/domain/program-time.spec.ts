import fc from 'fast-check';
import { expiryOf, periodOf, type PeriodKind } from './program-time.js';

const SHANGHAI = 'Asia/Shanghai';
/** With skipped and repeated hours, some of them at midnight, and offsets that are no whole hours. */
const ZONES = [
  SHANGHAI,
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const KINDS: PeriodKind[] = ['day', 'week', 'month', 'year'];
const times = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2060-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const dayText = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);

describe('periodOf', () => {
  it.each([
    ['day', '2026-11-22', '2026-11-21T16:00:00Z', '2026-11-22T16:00:00Z'],
    ['week', '2026-W47', '2026-11-15T16:00:00Z', '2026-11-22T16:00:00Z'],
    ['month', '2026-11', '2026-10-31T16:00:00Z', '2026-11-30T16:00:00Z'],
    ['year', '2026', '2025-12-31T16:00:00Z', '2026-12-31T16:00:00Z'],
  ] as const)('knows the %s of Shanghai', (kind, key, startsAt, endsAt) => {
    const period = { key, startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
    expect(periodOf(new Date('2026-11-22T15:59:59.999Z'), SHANGHAI, kind)).toEqual(period);
    expect(periodOf(period.startsAt, SHANGHAI, kind)).toEqual(period);
  });

  it('gives the week of a turn of the year to the year of its Thursday', () => {
    expect(periodOf(new Date('2026-12-31T12:00:00Z'), SHANGHAI, 'week').key).toBe('2026-W53');
    expect(periodOf(new Date('2027-01-03T12:00:00Z'), SHANGHAI, 'week').key).toBe('2026-W53');
    expect(periodOf(new Date('2027-01-04T12:00:00Z'), SHANGHAI, 'week').key).toBe('2027-W01');
    expect(periodOf(new Date('2024-12-30T12:00:00Z'), SHANGHAI, 'week').key).toBe('2025-W01');
  });

  it('tiles time without a gap, also where clocks are changed and days are left out', () => {
    fc.assert(
      fc.property(times, fc.constantFrom(...ZONES), fc.constantFrom(...KINDS), (at, zone, kind) => {
        const period = periodOf(at, zone, kind);
        expect(at >= period.startsAt && at < period.endsAt).toBe(true);
        const next = periodOf(period.endsAt, zone, kind);
        const last = periodOf(new Date(period.endsAt.getTime() - 1), zone, kind);
        expect(last).toEqual(period);
        expect(next.startsAt).toEqual(period.endsAt);
        expect(next.key).not.toBe(period.key);
        if (kind === 'day') expect(period.key).toBe(dayText(at, zone));
      }),
      { numRuns: 400 },
    );
  });

  it('has one period for a lifetime', () => {
    expect(periodOf(new Date('2026-11-22T00:00:00Z'), SHANGHAI, 'lifetime').key).toBe('all');
  });
});

describe('expiryOf', () => {
  it.each([
    [{ kind: 'never', count: 0 }, null],
    [{ kind: 'days', count: 1 }, '2026-11-23T16:00:00Z'],
    [{ kind: 'days', count: 365 }, '2027-11-22T16:00:00Z'],
    [{ kind: 'month_end', count: 1 }, '2026-11-30T16:00:00Z'],
    [{ kind: 'month_end', count: 3 }, '2027-01-31T16:00:00Z'],
    [{ kind: 'year_end', count: 1 }, '2026-12-31T16:00:00Z'],
    [{ kind: 'year_end', count: 2 }, '2027-12-31T16:00:00Z'],
  ] as const)('%j', (policy, expected) => {
    for (const at of ['2026-11-21T16:00:00Z', '2026-11-22T15:59:59.999Z']) {
      expect(expiryOf(policy, new Date(at), SHANGHAI)).toEqual(expected && new Date(expected));
    }
  });

  it('lies at a midnight of the zone, later than the earning', () => {
    fc.assert(
      fc.property(times, fc.constantFrom(...ZONES), fc.integer({ min: 1, max: 400 }), (at, zone, count) => {
        const expiry = expiryOf({ kind: 'days', count }, at, zone);
        if (!expiry) throw new Error('it never expires');
        expect(expiry > at).toBe(true);
        expect(periodOf(expiry, zone, 'day').startsAt).toEqual(expiry);
      }),
      { numRuns: 200 },
    );
  });
});
