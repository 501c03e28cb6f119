import type { CorpSettings } from '../../../../wecom/index.js';

type MassSendLimit = CorpSettings['massSendLimit'];

/** What the corp's setting in 群发助手 allows one customer at a moment (page 92135). */
export interface MassWindow {
  /** What an exclusion is called. */
  readonly rule: 'limit_of_the_day' | 'limit_of_the_week' | 'limit_of_the_month';
  /** Messages received since then count. */
  readonly start: Date;
  /** The beginning of today, which is later or the same. */
  readonly dayStart: Date;
  /** So many a customer may receive from `start` to its end. */
  readonly most: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** WeCom's limits follow China's calendar. */
const CHINA_OFFSET_MS = 8 * HOUR_MS;

/** The window in which `now` lies. */
export function massWindowAt(limit: MassSendLimit, now: Date): MassWindow {
  // UTC fields of it are China's wall clock
  const wall = new Date(now.getTime() + CHINA_OFFSET_MS);
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  const dayStart = fromWall(Date.UTC(year, month, day));
  switch (limit) {
    case 'per_day_1':
      return { rule: 'limit_of_the_day', start: dayStart, dayStart, most: 1 };
    case 'per_week_7': {
      const sinceMonday = (wall.getUTCDay() + 6) % 7;
      const start = new Date(dayStart.getTime() - sinceMonday * DAY_MS);
      return { rule: 'limit_of_the_week', start, dayStart, most: 7 };
    }
    case 'per_month_days': {
      const most = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      return { rule: 'limit_of_the_month', start: fromWall(Date.UTC(year, month, 1)), dayStart, most };
    }
  }
}

function fromWall(wallMs: number): Date {
  return new Date(wallMs - CHINA_OFFSET_MS);
}
