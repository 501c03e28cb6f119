import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Operations } from '../../../../platform/operations/operations.js';
import type { Import } from '../domain/import.js';
import type { ReadRow } from '../domain/read-row.js';
import type { BrokenRow } from '../domain/row-problems.js';
import { ImportStore } from '../persistence/import-store.js';
import { ImportRows, type Imported } from './import-rows.js';

/** Some rows of a file, one after another; those that cannot be read by themselves are told apart. */
export interface Step {
  /** Number of the last of them. */
  readonly last: number;
  readonly valid: readonly ReadRow[];
  readonly broken: readonly BrokenRow[];
  /** Of all rows up to here. */
  readonly rowsDone: number;
}

/** Undoes what was written. */
class Undo extends Error {
  constructor(readonly imported: Imported) {
    super('undone');
  }
}

/**
 * Imports some rows in one transaction, together with how far the import is. A row that turns out to be broken undoes the
 * step, which is done again without it: so a row is imported whole or not at all. A dry run does the same and undoes it, too:
 * so it finds what the real one would find.
 */
@Injectable()
export class ImportStep {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ImportStore,
    private readonly rows: ImportRows,
    private readonly operations: Operations,
  ) {}

  /**
   * Of two processes that do the same import the second one goes on behind what the first one has done.
   * @throws operations.state_conflict when the import was cancelled
   */
  async do(corpId: CorpId, job: Import, step: Step): Promise<void> {
    const broken = [...step.broken];
    let valid = step.valid;
    for (;;) {
      const imported = await this.attempt(corpId, job, { ...step, valid, broken });
      if (!imported || imported.broken.length === 0) return;
      broken.push(...imported.broken);
      const numbers = new Set(imported.broken.map(({ number }) => number));
      valid = valid.filter(({ number }) => !numbers.has(number));
    }
  }

  /** @returns undefined when another process has done these rows. */
  private async attempt(corpId: CorpId, job: Import, step: Step): Promise<Imported | undefined> {
    try {
      return await this.unit.run(corpId, async () => {
        if (await this.isDone(job, step)) return undefined;
        const imported = await this.rows.import(job, step.valid);
        if (imported.broken.length > 0 || job.dryRun) throw new Undo(imported);
        await this.note(job, step, imported);
        return imported;
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
      const { imported } = error;
      if (imported.broken.length === 0) await this.unit.run(corpId, () => this.noteDry(job, step, imported));
      return imported;
    }
  }

  private async noteDry(job: Import, step: Step, imported: Imported): Promise<void> {
    if (await this.isDone(job, step)) return;
    await this.rows.remember(job, imported);
    await this.note(job, step, imported);
  }

  /** From here on no other process does them. */
  private async isDone(job: Import, step: Step): Promise<boolean> {
    const found = await this.store.lock(job.id);
    const isOurs = found?.state === 'running' && found.operationId === job.operationId;
    if (!found || !isOurs) throw operationsErrors.state_conflict({ state: found?.state ?? 'gone' });
    return found.cursor >= step.last;
  }

  private async note(job: Import, step: Step, imported: Imported): Promise<void> {
    await this.store.advance(job.id, step.last, imported, step.broken);
    if (job.operationId) await this.operations.progress(job.operationId, { done: step.rowsDone });
  }
}
