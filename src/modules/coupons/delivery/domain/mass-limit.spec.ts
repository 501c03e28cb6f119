import fc from 'fast-check';
import { massWindowAt } from './mass-limit.js';

/** China's calendar as the platform knows it. */
const china = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
  hour: 'numeric',
  hourCycle: 'h23',
});
const wall = (at: Date) => {
  const parts = china.formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    day: `${of('year')}-${of('month')}-${of('day')}`,
    month: `${of('year')}-${of('month')}`,
    weekday: of('weekday'),
    hour: Number(of('hour')),
    dayOfMonth: Number(of('day')),
  };
};
const times = fc.date({ min: new Date('2024-01-01Z'), max: new Date('2040-01-01Z'), noInvalidDate: true });
const HOUR_MS = 3_600_000;

describe('the window of a limit', () => {
  it('begins with the day, the week or the month in China, and holds this instant', () => {
    fc.assert(
      fc.property(times, (now) => {
        const day = massWindowAt('per_day_1', now);
        expect([wall(day.start).day, wall(day.start).hour, day.most]).toEqual([wall(now).day, 0, 1]);
        const week = massWindowAt('per_week_7', now);
        expect([wall(week.start).weekday, wall(week.start).hour, week.most]).toEqual(['Mon', 0, 7]);
        const month = massWindowAt('per_month_days', now);
        expect([wall(month.start).dayOfMonth, wall(month.start).month]).toEqual([1, wall(now).month]);
        // the last day of the month, by looking at the next days
        const days = Array.from({ length: 32 }, (_, index) =>
          wall(new Date(month.start.getTime() + index * 24 * HOUR_MS)),
        );
        expect(month.most).toBe(days.filter((one) => one.month === wall(now).month).length);
        for (const window of [day, week, month]) {
          expect(window.dayStart).toEqual(day.start);
          const age = now.getTime() - window.start.getTime();
          expect(age >= 0 && age < (window === day ? 24 : window === week ? 168 : 744) * HOUR_MS).toBe(true);
        }
      }),
    );
  });
});
