import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { WecomApiError } from '../../../../wecom/index.js';
import { type Handover, type HandoverState, OPEN_HANDOVER_STATES, pollPauseMs } from '../domain/handover.js';
import { HandoverStore } from '../persistence/handover-store.js';
import { HandoverJobs } from './handover-jobs.js';
import { TransferCustomers } from './transfer-customers.js';
import { TransferGroups } from './transfer-groups.js';

/** Calls in one go: then other hand-overs of the corp have their turn. */
const CALLS_MAX = 20;
const PAUSE_MS = 60_000;
/** An administrator has to act first. */
const BLOCKED_PAUSE_MS = 10 * 60_000;

/**
 * Takes one hand-over as far as it goes now, and says when to look again. Where it stands is in the items' rows: a kill
 * anywhere loses nothing, and what WeCom was asked without an answer is looked up before it is asked again.
 */
@Injectable()
export class HandOver {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly items: HandoverStore,
    private readonly customers: TransferCustomers,
    private readonly groups: TransferGroups,
    private readonly operations: Operations,
    private readonly jobs: HandoverJobs,
    private readonly clock: Clock,
  ) {}

  /** Outside any unit of work. */
  async run(corpId: CorpId, id: string, signal: AbortSignal): Promise<void> {
    const handover = await this.unit.read(corpId, () => this.items.findOpen(id));
    if (!handover) return;
    try {
      await this.advance(corpId, handover, signal);
      await this.unit.run(corpId, () => this.conclude(id));
    } catch (error) {
      const pauseMs = pauseAfter(error);
      await this.unit.run(corpId, async () => {
        await this.report(id);
        await this.jobs.retry(id, pauseMs);
      });
    }
  }

  private async advance(corpId: CorpId, handover: Handover, signal: AbortSignal): Promise<void> {
    if (handover.isListing) await this.customers.list(corpId, handover);
    await this.customers.resolveUnknown(corpId, handover);
    await this.groups.resolveUnknown(corpId, handover);
    for (const part of [this.customers, this.groups]) {
      for (let calls = 0; calls < CALLS_MAX && !signal.aborted; calls++) {
        if (!(await part.submitNext(corpId, handover))) break;
      }
    }
    await this.customers.poll(corpId, handover, signal);
  }

  /** Also of one whose operation was cancelled: what WeCom accepted goes on there. */
  private async conclude(id: string): Promise<void> {
    await this.items.settleCancelled(id);
    const { operationId, counts, open } = await this.report(id);
    const due = await this.items.nextDue(id);
    if (open === 0 && !due.isListing) {
      await this.items.finish(id);
      if (operationId) await this.operations.succeed(operationId, Object.fromEntries(counts));
      return;
    }
    if (due.readyItems > 0) return this.jobs.wake(id);
    const now = this.clock.now();
    const pauses = [
      due.notBefore && Math.max(due.notBefore.getTime() - now.getTime(), PAUSE_MS),
      due.takeoverAt && pollPauseMs(due.takeoverAt, now),
    ].filter((pause) => pause !== null);
    await this.jobs.later(id, Math.min(PAUSE_MS * 60, ...pauses));
  }

  private async report(id: string): Promise<Report> {
    const counts = await this.items.countByState(id);
    const total = [...counts.values()].reduce((sum, items) => sum + items, 0);
    const settled = [...counts].filter(([state]) => !OPEN_HANDOVER_STATES.has(state));
    const done = settled.reduce((sum, [, items]) => sum + items, 0);
    // reason for the cast: a hand-over has the id of its operation
    const operationId = id as OperationId;
    const isRunning = (await this.operations.get(operationId)).finishedAt === undefined;
    if (isRunning) await this.operations.progress(operationId, { done, total });
    return { counts, open: total - done, ...(isRunning && { operationId }) };
  }
}

interface Report {
  readonly counts: ReadonlyMap<HandoverState, number>;
  /** Items without a final result. */
  readonly open: number;
  /** Missing when it was cancelled. */
  readonly operationId?: OperationId;
}

/** @throws what WeCom has not said: the job fails, and comes again as often as jobs do. */
function pauseAfter(error: unknown): number {
  if (!(error instanceof WecomApiError)) throw error;
  if (error.retryable) return error.retryAfterMs ?? PAUSE_MS;
  if (error.action === 'config') return BLOCKED_PAUSE_MS;
  throw error;
}
