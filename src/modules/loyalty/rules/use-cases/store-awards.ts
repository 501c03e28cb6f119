import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import type { Award } from '../domain/award.js';
import type { Counter } from '../domain/caps.js';
import { AwardStore } from '../persistence/award-store.js';
import { type CounterChange, CounterStore } from '../persistence/counter-store.js';
import { RuleStore } from '../persistence/rule-store.js';
import { nameOf } from './evaluate-events.js';
import { SettleAwards } from './settle-awards.js';

/** Points that are due in the same minutes come together. */
const DUE_TOGETHER_MS = 300_000;

export const awardsDueJob = defineJob<{ corpId: CorpId }>('loyalty.awards_due', { attemptsMax: 12 });

/** Settles awards and writes them down with what their caps count. Inside an open unit of work, under their locks. */
@Injectable()
export class StoreAwards {
  constructor(
    private readonly rules: RuleStore,
    private readonly settling: SettleAwards,
    private readonly counters: CounterStore,
    private readonly awards: AwardStore,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * @param before as they are stored; missing ones are new
   * @param maxima how much each counter may hold that grows
   */
  async store(
    awards: readonly Award[],
    { before, maxima }: { before: readonly Award[]; maxima?: ReadonlyMap<Counter, number> },
  ): Promise<void> {
    if (awards.length === 0) return;
    const now = this.clock.now();
    const ids = new Set(awards.map(({ ruleVersionId }) => ruleVersionId));
    const versions = await this.rules.versionsByIds([...ids]);
    const settled = await this.settling.settle(awards, new Map(versions.map((one) => [one.id, one])), now);
    await this.counters.change(changesOf(settled, before, maxima));
    await this.awards.store(settled);
    await this.wakeWhenDue(settled, now);
  }

  /** The end of a holding period is looked for when there is one, and not every minute. */
  private async wakeWhenDue(awards: readonly Award[], now: Date): Promise<void> {
    const places = new Set(
      awards.flatMap(({ dueAt }) => (dueAt ? [Math.ceil(dueAt.getTime() / DUE_TOGETHER_MS)] : [])),
    );
    // in one order, or two units would wait for each other's jobs
    for (const place of [...places].sort((one, two) => one - two)) {
      const delayMs = Math.max(0, place * DUE_TOGETHER_MS - now.getTime());
      await this.jobs.enqueue(awardsDueJob, { corpId: this.database.corpId }, { key: `${place}`, delayMs });
    }
  }
}

function changesOf(
  settled: readonly Award[],
  before: readonly Award[],
  maxima: ReadonlyMap<Counter, number> = new Map(),
): CounterChange[] {
  const changes = new Map<Counter, number>();
  const add = (counter: Counter, points: number): void =>
    void changes.set(counter, (changes.get(counter) ?? 0) + points);
  const stored = new Map(before.map((award) => [nameOf(award), award]));
  for (const award of settled) {
    for (const [counter, points] of Object.entries(award.counters)) add(counter, points);
    for (const [counter, points] of Object.entries(stored.get(nameOf(award))?.counters ?? {}))
      add(counter, -points);
  }
  return [...changes]
    .filter(([, points]) => points !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([counter, points]) => ({ counter, points, max: maxima.get(counter) ?? 0 }));
}
