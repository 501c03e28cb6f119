import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import type { CorpId } from '../context/typed-id.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AppError } from '../errors/app-error.js';
import { FastLane } from '../jobs/fast-lane.js';
import type { JobRun } from '../jobs/job.js';
import { describeFailure } from '../jobs/job-failure.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { operationsErrors } from '../operations/operations.errors.js';
import { Operations } from '../operations/operations.js';
import type { AnySync, MissingCount, SyncItem, SyncReading, SyncStep } from './sync.js';
import { syncErrors } from './sync.errors.js';
import { isSameItem, type OpenPass, SyncStore } from './sync-store.js';
import { needsConfirmation } from './sweep-guard.js';
import { Syncs, syncStepJob } from './syncs.js';

/** Items read at once: WeCom answers in about 100 ms, and its limits per minute are kept by the client. */
const ITEMS_AT_ONCE = 8;
/** Then the job ends and another one goes on, so that a pass does not hold a worker from other work for long. */
const ROUNDS_PER_JOB = 25;

/** Items on their way. Reading changes nothing, so a round that is never stored is only read again. */
interface Round {
  readonly pass: OpenPass;
  readonly items: readonly SyncItem[];
  readonly readAt: Date;
  /** One for each item. */
  readonly outcomes: Promise<PromiseSettledResult<unknown>[]>;
}

/**
 * Works a pass off, round by round, reading the next round while one is stored. What a killed process had committed is not
 * repeated.
 */
@Injectable()
export class SyncSteps implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly syncs: Syncs,
    private readonly store: SyncStore,
    private readonly operations: Operations,
    private readonly handlers: JobHandlers,
    private readonly fastLane: FastLane,
    private readonly config: AppConfig,
  ) {}

  onModuleInit(): void {
    this.handlers.register(syncStepJob, (payload, run) => this.work(payload.corpId, payload.kind, run));
  }

  private async work(corpId: CorpId, kind: string, run: JobRun): Promise<void> {
    const sync = this.syncs.get(kind);
    try {
      await this.workRounds(corpId, sync, run.signal);
    } catch (error) {
      if (error instanceof AppError && error.code === operationsErrors.state_conflict.code) return; // cancelled meanwhile
      const { retryable, retryAfterMs } = error as Partial<AppError>; // reason: anything may be thrown
      if (retryAfterMs !== undefined) return this.unit.run(corpId, () => this.syncs.wake(kind, retryAfterMs));
      if (retryable !== false && run.attempt < run.attemptsMax) throw error;
      await this.unit.run(corpId, () => this.giveUp(kind, error));
    }
  }

  private async workRounds(corpId: CorpId, sync: AnySync, signal: AbortSignal): Promise<void> {
    let round = await this.startRound(corpId, sync);
    for (let count = 1; round; count++) {
      if (round.items.length === 0) return this.unit.run(corpId, () => this.finish(sync));
      const outcomes = await round.outcomes;
      await this.fastLane.giveWay();
      const failed = outcomes.find(({ status }) => status === 'rejected');
      const isLast = failed !== undefined || signal.aborted || count === ROUNDS_PER_JOB;
      const next = isLast ? undefined : await this.startRound(corpId, sync, round.items);
      await this.storeRound(corpId, sync, round, outcomes);
      if (failed?.status === 'rejected') throw failed.reason; // what the others brought is stored
      if (isLast) return this.unit.run(corpId, () => this.syncs.wake(sync.kind));
      round = next?.items.length ? next : await this.startRound(corpId, sync);
    }
  }

  /** Begins to read the items that come next, `besides` those that are about to be stored. */
  private async startRound(
    corpId: CorpId,
    sync: AnySync,
    besides: readonly SyncItem[] = [],
  ): Promise<Round | undefined> {
    const next = await this.unit.read(corpId, () => this.nextItems(sync.kind, besides));
    if (!next) return undefined;
    const { items, pass } = next;
    return { ...next, outcomes: Promise.allSettled(items.map((item) => sync.load(item, pass))) };
  }

  private async nextItems(
    kind: string,
    besides: readonly SyncItem[],
  ): Promise<Omit<Round, 'outcomes'> | undefined> {
    const pass = await this.store.find(kind);
    if (!pass || pass.waiting) return undefined;
    const open = await this.store.listItems(kind, ITEMS_AT_ONCE + besides.length);
    const stage = open[0]?.stage; // a later stage builds on what this one stores
    const items = open.filter(
      (item) => item.stage === stage && !besides.some((other) => isSameItem(item, other)),
    );
    return { pass, items: items.slice(0, ITEMS_AT_ONCE), readAt: await this.store.now() };
  }

  private async storeRound(
    corpId: CorpId,
    sync: AnySync,
    round: Round,
    outcomes: readonly PromiseSettledResult<unknown>[],
  ): Promise<void> {
    const readings = round.items.flatMap((item, index): SyncReading[] => {
      const outcome = outcomes[index];
      return outcome?.status === 'fulfilled' ? [{ item, loaded: outcome.value }] : [];
    });
    await this.unit.run(corpId, async () => {
      const pass = await this.store.lock(sync.kind);
      if (pass?.operationId !== round.pass.operationId) return;
      const taken = await this.store.takeItems(
        sync.kind,
        readings.map(({ item }) => item),
      );
      const open = readings.filter(({ item }) => taken.has(item));
      await this.store.planForGrowth();
      await this.goOn(sync.kind, pass, open, await applyRound(sync, open, round.readAt, pass));
    });
  }

  /** What follows from the steps: items to read, and the counts that people see. */
  private async goOn(
    kind: string,
    pass: OpenPass,
    readings: readonly SyncReading[],
    steps: readonly SyncStep[],
  ): Promise<void> {
    const again = readings.flatMap(({ item }, index) => {
      const args = steps[index]?.again;
      return args ? [{ ...item, args }] : [];
    });
    const added = await this.store.addItems(kind, [...again, ...steps.flatMap(({ items }) => items ?? [])]);
    const sum = (count: 'inserted' | 'changed' | 'ended') =>
      steps.reduce((total, step) => total + (step[count] ?? 0), 0);
    const progress = await this.store.addCounts(kind, {
      done: readings.length - again.length,
      total: added - again.length,
      inserted: sum('inserted'),
      changed: sum('changed'),
      ended: sum('ended'),
    });
    await this.operations.progress(pass.operationId, progress);
  }

  /** Everything is read: what was not seen has disappeared, unless that is too much to be believed. */
  private async finish(sync: AnySync): Promise<void> {
    const pass = await this.store.lock(sync.kind);
    if (!pass || pass.waiting) return;
    await this.store.planForGrowth();
    const counted = await sync.countMissing(pass);
    if (!pass.confirmed && this.isTooMuch(counted)) {
      await this.store.markWaiting(sync.kind);
      const counts = questionCounts(counted);
      await this.operations.awaitConfirmation(pass.operationId, { reason: 'too_many_missing', counts });
      return;
    }
    const swept = await sync.endMissing(pass);
    const { inserted, changed, ended } = pass;
    const report = await sync.report?.(pass);
    await this.operations.succeed(pass.operationId, { inserted, changed, ended: ended + swept, ...report });
    await this.store.close(sync.kind);
  }

  private isTooMuch(counted: Readonly<Record<string, MissingCount>>): boolean {
    return Object.values(counted).some((count) => needsConfirmation(count, this.config.syncEndedShareMax));
  }

  private async giveUp(kind: string, error: unknown): Promise<void> {
    const pass = await this.store.lock(kind);
    if (!pass) return;
    const code = error instanceof AppError ? error.code : syncErrors.failed.code;
    await this.operations.fail(pass.operationId, code, describeFailure(error));
    await this.store.close(kind);
  }
}

async function applyRound(
  sync: AnySync,
  readings: readonly SyncReading[],
  readAt: Date,
  pass: OpenPass,
): Promise<readonly SyncStep[]> {
  if ('applyRound' in sync) return sync.applyRound(readings, readAt, pass);
  const steps: SyncStep[] = [];
  for (const { item, loaded } of readings) steps.push(await sync.apply(item, loaded, readAt, pass));
  return steps;
}

function questionCounts(counted: Readonly<Record<string, MissingCount>>): Record<string, number> {
  const pairs = Object.entries(counted).flatMap(([name, { missing, of }]) => [
    [`${name}Missing`, missing],
    [`${name}Known`, of],
  ]);
  return Object.fromEntries(pairs) as Record<string, number>; // reason: flatMap forgets that the pairs are pairs
}
