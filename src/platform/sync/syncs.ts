import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { defineJob } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import type { OperationId } from '../operations/operation.js';
import { OperationConfirmations } from '../operations/operation-confirmations.js';
import { Operations } from '../operations/operations.js';
import type { AnySync } from './sync.js';
import { syncErrors } from './sync.errors.js';
import { SyncStore } from './sync-store.js';

export interface SyncJobPayload {
  corpId: CorpId;
  kind: string;
}

/**
 * Ten attempts of one step span three and a half hours; a longer outage fails the pass, and the next one begins anew.
 * Waiting for a limit of WeCom is no attempt.
 */
export const syncStepJob = defineJob<SyncJobPayload>('sync.step', { attemptsMax: 10 });

/** Who synchronises what, and how a pass begins and is cut short. */
@Injectable()
export class Syncs {
  private readonly byKind = new Map<string, AnySync>();

  constructor(
    private readonly database: Database,
    private readonly store: SyncStore,
    private readonly operations: Operations,
    private readonly confirmations: OperationConfirmations,
    private readonly jobs: Jobs,
  ) {}

  /** Call it in `onModuleInit`. From then on the mirror is also compared with WeCom once a day. */
  register<L>(sync: AnySync<L>): void {
    const { kind } = sync;
    if (this.byKind.has(kind)) throw new Error(`sync ${kind} is registered twice`);
    this.byKind.set(kind, sync as AnySync); // reason for the cast: it only ever gets what its own `load` returned
    this.confirmations.register(
      kind,
      async () => {
        await this.store.markConfirmed(kind);
        await this.wake(kind);
      },
      () => this.store.close(kind),
    );
  }

  kinds(): string[] {
    return [...this.byKind.keys()];
  }

  get(kind: string): AnySync {
    const sync = this.byKind.get(kind);
    if (!sync) throw new Error(`no sync ${kind}`);
    return sync;
  }

  /** Begins a pass, inside an open unit of work. @throws operations.already_running */
  async start(kind: string): Promise<OperationId> {
    const operationId = await this.operations.start(kind);
    await this.store.open(kind, operationId, this.get(kind).first);
    await this.wake(kind);
    return operationId;
  }

  /** Like `start`, for whoever only wants a pass to be under way. */
  async ensureStarted(kind: string): Promise<void> {
    if (!(await this.operations.isRunning(kind))) await this.start(kind);
  }

  /**
   * A question that nobody answered within a day must not stop reconciliation: the new pass asks it again. An open pass is
   * woken, in case its job was parked by crashes.
   */
  async startDaily(kind: string): Promise<void> {
    const open = await this.store.lock(kind);
    if (open && !open.waiting) return this.wake(kind);
    if (open) {
      await this.operations.fail(open.operationId, syncErrors.superseded.code);
      await this.store.close(kind);
    }
    await this.ensureStarted(kind);
  }

  /** Has the open pass worked on. Inside an open unit of work. */
  async wake(kind: string, delayMs = 0): Promise<void> {
    await this.jobs.enqueue(syncStepJob, { corpId: this.database.corpId, kind }, { key: kind, delayMs });
  }
}
