import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { JobRun } from '../../../../platform/jobs/job.js';
import type { Opening } from '../domain/opening.js';
import { OpeningStore } from '../persistence/opening-store.js';
import { OpeningStep } from './opening-step.js';
import { type OpeningPayload, OpeningWork } from './opening-work.js';
import { ReverseOpening } from './reverse-opening.js';

/** Then another job goes on: a worker is not held from other work for long. */
const STEPS_PER_JOB = 100;

/** Works an import off. Whatever ends the process, the next one goes on behind the last committed step. */
@Injectable()
export class RunOpening {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: OpeningStore,
    private readonly step: OpeningStep,
    private readonly reversal: ReverseOpening,
    private readonly work: OpeningWork,
  ) {}

  async run({ corpId, openingId }: OpeningPayload, run: JobRun): Promise<void> {
    const opening = await this.unit.read(corpId, () => this.store.find(openingId));
    if (opening?.state !== 'running' && opening?.state !== 'reversing') return;
    try {
      if (opening.state === 'reversing') await this.reversal.reverse(corpId, opening);
      else await this.book(corpId, opening, run.signal);
    } catch (error) {
      await this.work.settle(corpId, opening, error, run);
    }
  }

  private async book(corpId: CorpId, opening: Opening, signal: AbortSignal): Promise<void> {
    let cursor: number | undefined = opening.cursor;
    for (let steps = 0; cursor !== undefined; steps++) {
      if (signal.aborted || steps === STEPS_PER_JOB) return this.work.goOnLater(corpId, opening.id);
      await this.work.giveWay();
      cursor = await this.step.do(corpId, opening, cursor);
    }
    await this.unit.run(corpId, () => this.work.finish(opening, opening.dryRun ? 'checked' : 'done'));
  }
}
