import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { JobRun } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { FieldCatalogue } from '../../profiles/queries/field-catalogue.js';
import { stepsOf } from '../domain/import-steps.js';
import type { Import } from '../domain/import.js';
import { bindMapping } from '../domain/mapping.js';
import { ImportStore } from '../persistence/import-store.js';
import { UploadedRows } from '../queries/uploaded-rows.js';
import { ImportStep } from './import-step.js';
import { importJob, type ImportPayload, ImportWork } from './import-work.js';

/** Then another job goes on: a worker is not held from other work for long, and finding the place again costs seconds. */
const STEPS_PER_JOB = 400;

/** Works an import off. Whatever ends the process, the next one goes on behind the last committed step. */
@Injectable()
export class RunImport implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ImportStore,
    private readonly uploaded: UploadedRows,
    private readonly catalogue: FieldCatalogue,
    private readonly step: ImportStep,
    private readonly work: ImportWork,
    private readonly handlers: JobHandlers,
  ) {}

  onModuleInit(): void {
    this.handlers.register(importJob, (payload, run) => this.run(payload, run));
  }

  async run({ corpId, importId }: ImportPayload, run: JobRun): Promise<void> {
    const job = await this.unit.read(corpId, () => this.store.find(importId));
    if (job?.state !== 'running') return;
    try {
      const looked = job.rowsTotal === null ? await this.lookThrough(corpId, job) : job;
      await this.importRows(corpId, looked, run.signal);
    } catch (error) {
      await this.work.settle(corpId, job, error, run);
    }
  }

  /** Once over the whole file: what cannot be read to its end is not imported at all, and progress has a total. */
  private async lookThrough(corpId: CorpId, job: Import): Promise<Import> {
    const { rows, encoding, delimiter } = await this.uploaded.open(corpId, job);
    let rowsTotal = 0;
    for await (const _ of rows) rowsTotal++;
    await this.unit.run(corpId, async () => {
      await this.store.noteContent(job.id, { encoding, delimiter, rowsTotal });
      await this.work.progress(job, 0, rowsTotal);
    });
    return { ...job, encoding, delimiter, rowsTotal };
  }

  private async importRows(corpId: CorpId, job: Import, signal: AbortSignal): Promise<void> {
    const { rows, header } = await this.uploaded.open(corpId, job);
    const fields = await this.unit.read(corpId, () => this.catalogue.list());
    const columns = bindMapping(job.mapping ?? [], header, fields);
    let count = 0;
    for await (const step of oneAhead(stepsOf(rows, { columns, width: header.length, after: job.cursor }))) {
      await this.work.giveWay();
      await this.step.do(corpId, job, step);
      if (signal.aborted || ++count === STEPS_PER_JOB) return this.work.goOnLater(corpId, job.id);
    }
    await this.unit.run(corpId, () => this.work.finish(job));
  }
}

/** Reads the next step while the database works on this one. */
async function* oneAhead<T>(steps: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    for (let next = steps.next(); ;) {
      const { value, done } = await next;
      if (done) return;
      next = steps.next();
      next.catch(() => undefined); // it is thrown when its turn comes
      yield value;
    }
  } finally {
    await steps.return(undefined);
  }
}
