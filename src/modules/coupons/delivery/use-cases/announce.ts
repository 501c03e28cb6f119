import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { JobRun } from '../../../../platform/jobs/job.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { WecomApiError } from '../../../../wecom/index.js';
import type { Announcement } from '../domain/announcement.js';
import { AnnouncementStore } from '../persistence/announcement-store.js';
import { ShowAnnouncements } from '../queries/show-announcements.js';
import { ChooseRecipients } from './choose-recipients.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { HandToStaff } from './hand-to-staff.js';
import { LookUpParts } from './look-up-parts.js';
import { ReadMassSends } from './read-mass-sends.js';

/** Calls in one go: then other announcements of the corp have their turn. */
const CALLS_MAX = 20;
const PAUSE_MS = 60_000;
/** An administrator has to act first. */
const BLOCKED_PAUSE_MS = 10 * 60_000;

/** The steps of an announcement; each may be the last before a kill. */
@Injectable()
export class AnnounceSteps {
  constructor(
    readonly reading: ReadMassSends,
    readonly choosing: ChooseRecipients,
    readonly looking: LookUpParts,
    readonly handing: HandToStaff,
  ) {}
}

/** Takes one announcement as far as it goes now, and says when to go on. Outside any unit of work. */
@Injectable()
export class Announce {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly announcements: AnnouncementStore,
    private readonly shown: ShowAnnouncements,
    private readonly steps: AnnounceSteps,
    private readonly operations: Operations,
    private readonly jobs: DeliveryJobs,
    private readonly clock: Clock,
  ) {}

  async run(corpId: CorpId, id: string, run: JobRun): Promise<void> {
    const announcement = await this.unit.read(corpId, () => this.announcements.findOpen(id));
    if (!announcement) return;
    try {
      const lookAgain = await this.advance(corpId, announcement, run.signal);
      await this.unit.run(corpId, () => this.conclude(id, lookAgain));
    } catch (error) {
      const pauseMs = run.signal.aborted ? 0 : pauseAfter(error);
      if (pauseMs === undefined) return this.giveUp(corpId, id, finalCodeOf(error, run));
      await this.unit.run(corpId, async () => {
        if (!(await this.announcements.lockOpen(id))) return;
        await this.report(id);
        await this.jobs.announce(id, pauseMs);
      });
    }
  }

  /** As if a person had cancelled it: nobody else is asked for, and a call without an answer is still looked up. */
  private async giveUp(corpId: CorpId, id: string, code: string | undefined): Promise<void> {
    if (code === undefined) return;
    await this.unit.run(corpId, async () => {
      if (!(await this.announcements.lockOpen(id))) return;
      await this.announcements.cancel(id);
      const { calling, operationId } = await this.report(id);
      if (operationId) await this.operations.fail(operationId, code);
      if (calling > 0) await this.jobs.announce(id, BLOCKED_PAUSE_MS);
      else await this.end(id);
    });
  }

  private async advance(
    corpId: CorpId,
    announcement: Announcement,
    signal: AbortSignal,
  ): Promise<Date | undefined> {
    const { reading, choosing, looking, handing } = this.steps;
    if (!announcement.chosenAt) await choosing.choose(corpId, announcement, signal);
    const lookAgain = await looking.lookUp(corpId, announcement);
    const window = await reading.read(corpId, signal);
    for (let calls = 0; calls < CALLS_MAX && !signal.aborted; calls++) {
      if (!(await handing.handNext(corpId, announcement, window))) break;
    }
    return lookAgain;
  }

  /** Also of one whose operation was cancelled: a call without an answer is still looked up. */
  private async conclude(id: string, lookAgain: Date | undefined): Promise<void> {
    if (!(await this.announcements.lockOpen(id))) return;
    await this.announcements.settleCancelled(id);
    const { waiting, calling, counts, operationId } = await this.report(id);
    if (waiting > 0) return this.jobs.announce(id);
    if (calling > 0) {
      const due = lookAgain?.getTime() ?? 0;
      return this.jobs.announce(id, Math.max(due - this.clock.now().getTime(), PAUSE_MS));
    }
    await this.end(id);
    if (operationId) await this.operations.succeed(operationId, counts);
  }

  private async end(id: string): Promise<void> {
    await this.announcements.markHanded(id);
    await this.announcements.finishSettled();
  }

  private async report(id: string): Promise<Report> {
    const { counts } = await this.shown.get(id);
    const { waiting = 0, calling = 0 } = counts;
    const total = Object.values(counts).reduce((sum, recipients) => sum + recipients, 0);
    // reason for the cast: an announcement has the id of its operation
    const operationId = id as OperationId;
    const isRunning = (await this.operations.get(operationId)).finishedAt === undefined;
    if (isRunning) await this.operations.progress(operationId, { done: total - waiting - calling, total });
    return { waiting, calling, counts, ...(isRunning && { operationId }) };
  }
}

interface Report {
  readonly waiting: number;
  readonly calling: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Missing when it was cancelled. */
  readonly operationId?: OperationId;
}

/** Undefined for what WeCom has not said. */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof WecomApiError)) return undefined;
  if (error.action === 'config') return BLOCKED_PAUSE_MS;
  return error.retryAfterMs ?? PAUSE_MS;
}
