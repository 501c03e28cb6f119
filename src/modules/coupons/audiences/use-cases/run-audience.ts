import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { JobRun } from '../../../../platform/jobs/job.js';
import { AudienceStore } from '../persistence/audience-store.js';
import { type AudiencePart, AudienceParts } from './audience-parts.js';
import { AudienceStep } from './audience-step.js';
import { type AudiencePayload, AudienceWork } from './audience-work.js';
import { FreezeAudience } from './freeze-audience.js';

/** Then another job goes on: a worker is not held from other work for long. */
const STEPS_PER_JOB = 200;

/** Works an audience off. Whatever ends the process, the next one goes on behind the last committed step. */
@Injectable()
export class RunAudience {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: AudienceStore,
    private readonly freezing: FreezeAudience,
    private readonly parts: AudienceParts,
    private readonly step: AudienceStep,
    private readonly work: AudienceWork,
  ) {}

  async run({ corpId, audienceId }: AudiencePayload, run: JobRun): Promise<void> {
    const audience = await this.unit.read(corpId, () => this.store.find(audienceId));
    if (audience?.state !== 'running') return;
    try {
      if (await this.freezing.do(corpId, audienceId)) await this.issue(corpId, audienceId, run.signal);
    } catch (error) {
      await this.work.settle(corpId, audience, error, run);
    }
  }

  /** While the database stores one part, this process makes the next. */
  private async issue(corpId: CorpId, audienceId: string, signal: AbortSignal): Promise<void> {
    let next = this.ahead(corpId, audienceId);
    for (let steps = 0; !signal.aborted && steps < STEPS_PER_JOB; steps++) {
      await this.work.giveWay();
      const part = await next;
      if (part.customerIds.length > 0) next = this.ahead(corpId, audienceId, part);
      const outcome = await this.step.do(corpId, audienceId, part);
      if (outcome === 'done') return;
      if (outcome === 'overtaken') next = this.ahead(corpId, audienceId);
    }
    return this.work.goOnLater(corpId, audienceId);
  }

  /** When it fails before anybody waits for it, he hears of it then; a process ends of what nobody hears. */
  private ahead(corpId: CorpId, audienceId: string, before?: AudiencePart): Promise<AudiencePart> {
    const part = this.parts.next(corpId, audienceId, before);
    part.catch(() => undefined);
    return part;
  }
}
