import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';
import type { CorpId } from '../context/typed-id.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AppError } from '../errors/app-error.js';
import type { JobRun } from '../jobs/job.js';
import { describeFailure } from '../jobs/job-failure.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { operationsErrors } from '../operations/operations.errors.js';
import { Operations } from '../operations/operations.js';
import type { MissingCount, Sync, SyncItem } from './sync.js';
import { syncErrors } from './sync.errors.js';
import { type OpenPass, SyncStore } from './sync-store.js';
import { needsConfirmation } from './sweep-guard.js';
import { Syncs, syncStepJob } from './syncs.js';

/** Items read at once: WeCom answers in about 100 ms, and its limits per minute are kept by the client. */
const ITEMS_AT_ONCE = 8;
/** Then the job ends and another one goes on, so that a pass does not hold a worker from other work for long. */
const ROUNDS_PER_JOB = 25;

interface Round {
  readonly pass: OpenPass;
  readonly items: readonly SyncItem[];
  readonly readAt: Date;
}

/** What one item brought, or why it brought nothing. */
interface Reading {
  readonly item: SyncItem;
  readonly outcome: PromiseSettledResult<unknown>;
}

/** Works a pass off, round by round. What a killed process had committed is not repeated. */
@Injectable()
export class SyncSteps implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly syncs: Syncs,
    private readonly store: SyncStore,
    private readonly operations: Operations,
    private readonly handlers: JobHandlers,
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

  private async workRounds(corpId: CorpId, sync: Sync, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < ROUNDS_PER_JOB && !signal.aborted; round++) {
      const next = await this.unit.read(corpId, () => this.nextRound(sync.kind));
      if (!next) return;
      if (next.items.length === 0) return this.unit.run(corpId, () => this.finish(sync));
      const readings = await this.read(sync, next);
      await this.unit.run(corpId, () => this.storeRound(sync, next, readings));
      const failed = readings.map(({ outcome }) => outcome).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    }
    await this.unit.run(corpId, () => this.syncs.wake(sync.kind));
  }

  /** One item that fails does not lose what the others brought. */
  private async read(sync: Sync, { items, pass }: Round): Promise<Reading[]> {
    const outcomes = await Promise.allSettled(items.map((item) => sync.load(item, pass)));
    return outcomes.map((outcome, index) => ({ item: items[index] as SyncItem, outcome })); // reason: as many as items
  }

  private async nextRound(kind: string): Promise<Round | undefined> {
    const pass = await this.store.find(kind);
    if (!pass || pass.waiting) return undefined;
    const items = await this.store.listItems(kind, ITEMS_AT_ONCE);
    const stage = items[0]?.stage;
    return {
      pass,
      items: items.filter((item) => item.stage === stage), // a later stage builds on what this one stores
      readAt: await this.store.now(),
    };
  }

  private async storeRound(sync: Sync, round: Round, readings: readonly Reading[]): Promise<void> {
    const pass = await this.store.lock(sync.kind);
    if (pass?.operationId !== round.pass.operationId) return;
    const counts = { done: 0, total: 0, inserted: 0, changed: 0, ended: 0 };
    for (const { item, outcome } of readings) {
      if (outcome.status === 'rejected' || !(await this.store.takeItem(sync.kind, item))) continue;
      const step = await sync.apply(item, outcome.value, round.readAt, pass);
      const follow = [...(step.again ? [{ ...item, args: step.again }] : []), ...(step.items ?? [])];
      const added = follow.length > 0 ? await this.store.addItems(sync.kind, follow) : 0;
      counts.done += step.again ? 0 : 1;
      counts.total += step.again ? added - 1 : added;
      counts.inserted += step.inserted ?? 0;
      counts.changed += step.changed ?? 0;
      counts.ended += step.ended ?? 0;
    }
    await this.operations.progress(pass.operationId, await this.store.addCounts(sync.kind, counts));
  }

  /** Everything is read: what was not seen has disappeared, unless that is too much to be believed. */
  private async finish(sync: Sync): Promise<void> {
    const pass = await this.store.lock(sync.kind);
    if (!pass || pass.waiting) return;
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

function questionCounts(counted: Readonly<Record<string, MissingCount>>): Record<string, number> {
  const pairs = Object.entries(counted).flatMap(([name, { missing, of }]) => [
    [`${name}Missing`, missing],
    [`${name}Known`, of],
  ]);
  return Object.fromEntries(pairs) as Record<string, number>; // reason: flatMap forgets that the pairs are pairs
}
