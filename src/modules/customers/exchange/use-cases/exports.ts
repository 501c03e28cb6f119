import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { Clock } from '../../../../platform/clock/clock.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { type Export, EXPORT_FILE_HOURS, type WantedExport } from '../domain/export.js';
import { ExportStore } from '../persistence/export-store.js';
import { FileStore } from '../persistence/file-store.js';
import { ExportChecks } from './export-checks.js';
import { ExportWork } from './export-work.js';

export const EXPORT_OPERATION = 'customers.export';
const HOUR_MS = 3_600_000;

/** Inside an open unit of work. */
@Injectable()
export class Exports implements OnModuleInit {
  constructor(
    private readonly store: ExportStore,
    private readonly files: FileStore,
    private readonly checks: ExportChecks,
    private readonly work: ExportWork,
    private readonly operations: Operations,
    private readonly confirmations: OperationConfirmations,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const nothingToConfirm = (): Promise<void> => Promise.resolve();
    this.confirmations.register(EXPORT_OPERATION, nothingToConfirm, async (_corpId, operationId) => {
      const cancelled = await this.store.findByOperation(operationId);
      if (cancelled && (await this.store.finish(cancelled.id, 'cancelled')))
        await this.files.remove(cancelled.id);
    });
  }

  /**
   * @throws customers.reveal_scope_missing, export_column_unknown, export_filter_personal, what a search with this filter
   *   throws, operations.already_running
   */
  async start(wanted: WantedExport, key: AuthenticatedKey): Promise<Export> {
    const columns = await this.checks.check(wanted, key);
    const operationId = await this.operations.start(EXPORT_OPERATION);
    const { name, format, filter = {}, reveal } = wanted;
    const made = await this.store.insert({
      name,
      format,
      filter,
      columns,
      revealed: reveal,
      owner: key.owner,
      operationId,
    });
    if (reveal) await this.checks.noteReveal(made.id);
    await this.files.create(made.id, new Date(this.clock.now().getTime() + EXPORT_FILE_HOURS * HOUR_MS));
    await this.work.enqueue(made.id);
    return made;
  }
}
