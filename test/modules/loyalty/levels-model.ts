import type { LevelRules } from '../../../src/modules/loyalty/levels/domain/level-table.js';

const DAY_MS = 86_400_000;

/**
 * The levels of one member as a person would keep them with a calendar on the wall: every midnight he looks which day
 * ended. Shares no code with the module.
 */
export class ModelMember {
  readonly log: string[] = [];
  private rank = 0;
  private points = 0;
  private spent = 0;
  private anchor: string;
  private wholeFrom: string;
  private began = 0;
  private told = false;
  private held: { until: Date | null } | undefined;
  private judgeAt: string | undefined;
  private noticeDone = false;
  private seen: number;
  private last: Date;

  constructor(
    private readonly rules: LevelRules,
    start: Date,
  ) {
    this.anchor = this.dayOf(start);
    this.wholeFrom = this.anchor;
    this.seen = start.getTime();
    this.last = start;
    this.log.push(`${start.toISOString()} null→${this.key(0)} joined 0`);
  }

  get level(): string {
    return this.key(this.rank);
  }

  walkTo(now: Date): void {
    for (;;) {
      const midnight = nextMidnight(this.seen, this.rules.timeZone);
      const lockEnd = this.held?.until;
      if (lockEnd && lockEnd <= now && lockEnd.getTime() <= midnight) {
        this.seen = lockEnd.getTime() === midnight ? midnight : Math.max(this.seen, lockEnd.getTime());
        this.unlock(lockEnd, 'lock_ended');
        continue;
      }
      if (midnight > now.getTime()) break;
      this.seen = midnight;
      this.midnight(new Date(midnight));
    }
    this.seen = now.getTime();
  }

  score(points: number, now: Date): void {
    this.points = points;
    const rank = this.rankNow();
    if (!this.held && rank > this.rank) this.go(rank, now, 'score');
  }

  lock(rank: number, until: Date | null, now: Date): void {
    this.held = { until };
    this.go(rank, now, 'locked');
  }

  unlock(now: Date, reason: string): void {
    this.held = undefined;
    this.go(Math.max(this.rank, this.rankNow()), now, reason);
  }

  /** The day before it is over. */
  private midnight(at: Date): void {
    if (this.held || this.rules.policy === 'never' || this.rank === 0) return;
    const ended = addDays(this.dayOf(at), -1);
    if (this.judgeAt === undefined && !this.noticeDone && this.endsIn(ended)) this.tell(at);
    if (this.isLastDay(ended)) this.judgeAt = addDays(ended, this.rules.graceDays);
    if (this.judgeAt === ended) this.judge(at);
  }

  /** Whether the period ends so many days later as its member is told before. */
  private endsIn(day: string): boolean {
    return this.isLastDay(addDays(day, this.rules.noticeDays));
  }

  private isLastDay(day: string): boolean {
    if (this.rules.period.kind === 'calendar_year') {
      return day.slice(5) === '12-31' && `${day.slice(0, 4)}-01-01` >= this.wholeFrom;
    }
    const { months } = this.rules.period;
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
    const [anchorYear = 0, anchorMonth = 0, anchorDate = 0] = this.anchor.split('-').map(Number);
    const passed = year * 12 + month - anchorYear * 12 - anchorMonth;
    const isMonthsLast = addDays(day, 1).slice(8) === '01';
    return (
      passed > 0 && passed % months === 0 && (date === anchorDate || (isMonthsLast && anchorDate > date))
    );
  }

  private tell(at: Date): void {
    this.noticeDone = true;
    const { to, missing } = this.verdict();
    let end = addDays(this.dayOf(at), -1);
    while (!this.isLastDay(end)) end = addDays(end, 1);
    const until = startOf(addDays(end, this.rules.graceDays + 1), this.rules.timeZone);
    this.log.push(`${at.toISOString()} tells ${this.level}→${this.key(to)} lacks ${missing} until ${until}`);
  }

  private verdict(): { to: number; missing: number } {
    const { policy, levels } = this.rules;
    const counted = Math.max(0, this.points - this.spent);
    const level = levels[this.rank]!;
    const missing =
      policy === 'retention' ? level.retention - (this.points - this.began) : level.threshold - counted;
    if (missing <= 0) return { to: this.rank, missing: 0 };
    return { to: policy === 'by_score' ? this.rankNow() : this.rank - 1, missing };
  }

  private judge(at: Date): void {
    const { to } = this.verdict();
    this.judgeAt = undefined;
    this.noticeDone = false;
    if (to === this.rank) {
      this.began = this.points;
      this.wholeFrom = addDays(this.dayOf(at), -this.rules.graceDays);
      return;
    }
    if (this.rules.policy === 'retention') {
      const counted = Math.max(0, this.points - this.spent);
      this.spent = this.points - Math.min(counted, this.rules.levels[to]!.threshold);
    }
    this.go(to, at, 'period_end');
  }

  private go(rank: number, when: Date, reason: string): void {
    const at = when > this.last ? when : new Date(this.last.getTime() + 1);
    this.last = at;
    this.log.push(`${at.toISOString()} ${this.level}→${this.key(rank)} ${reason} ${this.points}`);
    this.rank = rank;
    this.began = this.points;
    this.anchor = this.dayOf(at);
    const isMidnight = startOf(this.anchor, this.rules.timeZone) === at.toISOString();
    this.wholeFrom = isMidnight ? this.anchor : addDays(this.anchor, 1);
    this.judgeAt = undefined;
    this.noticeDone = false;
  }

  private rankNow(): number {
    const counted = Math.max(0, this.points - this.spent);
    return this.rules.levels.filter(({ threshold }) => threshold <= counted).length - 1;
  }

  private key(rank: number): string {
    return this.rules.levels[rank]?.key ?? '?';
  }

  private dayOf(at: Date): string {
    return localDate(at.getTime(), this.rules.timeZone);
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
function localDate(ms: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(ms);
}

const midnights = new Map<string, number[]>();
/** All midnights of the years in question, found hour by hour. */
function midnightsOf(timeZone: string): number[] {
  const known = midnights.get(timeZone);
  if (known) return known;
  const found: number[] = [];
  let day = localDate(Date.UTC(2023, 0, 1), timeZone);
  for (let ms = Date.UTC(2023, 0, 1); ms < Date.UTC(2042, 0, 1);) {
    const date = localDate(ms, timeZone);
    if (date === day) {
      ms += 3_600_000;
    } else {
      found.push(ms);
      day = date;
      ms += 22 * 3_600_000; // no day is shorter than 23 hours
    }
  }
  midnights.set(timeZone, found);
  return found;
}

function nextMidnight(after: number, timeZone: string): number {
  const all = midnightsOf(timeZone);
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]! > after) high = middle;
    else low = middle + 1;
  }
  return all[low]!;
}

function startOf(day: string, timeZone: string): string {
  const start = nextMidnight(Date.parse(day) - DAY_MS, timeZone);
  const exact = localDate(start, timeZone) === day ? start : nextMidnight(start, timeZone);
  return new Date(exact).toISOString();
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
