import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { FastLane } from '../../../../platform/jobs/fast-lane.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { ORDERS_PER_CALL_MAX } from '../../claims/domain/issue-order.js';
import { Issuance } from '../../claims/use-cases/issuance.js';
import type { CodeFile } from '../domain/code-file.js';
import { CodeFileStore } from '../persistence/code-file-store.js';

export const CODE_FILE_OPERATION = 'coupons.make_codes';
export type CodeFilePayload = { corpId: CorpId; fileId: string };
/** Hours of a database that comes and goes. */
export const codeFileJob = defineJob<CodeFilePayload>('coupons.make_codes', { attemptsMax: 14 });

/** Then another job goes on: a worker is not held from other work for long. */
const STEPS_PER_JOB = 100;

/** Makes the coupons of a file, which nobody holds yet; one with fewer than wanted is a file all the same. Whatever ends the process, the next one makes what is missing. */
@Injectable()
export class MakeCodes {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: CodeFileStore,
    private readonly issuance: Issuance,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly fastLane: FastLane,
  ) {}

  async run({ corpId, fileId }: CodeFilePayload, run: JobRun): Promise<void> {
    try {
      await this.make(corpId, fileId, run.signal);
    } catch (error) {
      const code = finalCodeOf(error, run);
      if (code !== undefined) await this.unit.run(corpId, () => this.fail(fileId, code));
    }
  }

  private async make(corpId: CorpId, fileId: string, signal: AbortSignal): Promise<void> {
    for (let steps = 0; ; steps++) {
      if (signal.aborted || steps === STEPS_PER_JOB)
        return this.unit.run(corpId, () =>
          this.jobs.enqueue(codeFileJob, { corpId, fileId }, { key: fileId }),
        );
      await this.fastLane.giveWay();
      if (!(await this.unit.run(corpId, () => this.step(fileId)))) return;
    }
  }

  /** @returns whether there is more to do. */
  private async step(fileId: string): Promise<boolean> {
    const file = await this.store.lock(fileId);
    if (file?.state !== 'making') return false;
    const count = Math.min(file.wanted - file.made, ORDERS_PER_CALL_MAX);
    const results = await this.issuance.issue(ordersOf(file, count));
    const made = file.made + results.filter(({ outcome }) => outcome === 'issued').length;
    const refused = results.find((result) => result.outcome === 'refused');
    await this.store.advance(file.id, made);
    await this.operations.progress(file.operationId, { done: made });
    if (!refused && made < file.wanted) return true;
    await this.store.finish(file.id, refused?.code ?? null);
    await this.operations.succeed(file.operationId, { wanted: file.wanted, made });
    return false;
  }

  private async fail(fileId: string, code: string): Promise<void> {
    const file = await this.store.lock(fileId);
    if (!file || !(await this.store.finish(fileId, code))) return;
    await this.operations.fail(file.operationId, code);
  }
}

/** Until it is bound a code is good until `bindUntil`; from then on what its batch says counts. */
function ordersOf({ id, batchId, made, channel, bindUntil, createdAt }: CodeFile, count: number) {
  return Array.from({ length: count }, (_, n) => ({
    key: `code-file:${id}:${made + n + 1}`,
    batchId,
    customerId: null,
    source: 'code_file' as const,
    sourceId: id,
    validity: { from: createdAt, until: bindUntil },
    ...(channel !== null && { channel }),
  }));
}
