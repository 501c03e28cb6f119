import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuthenticatedKey } from '../../../../platform/auth/current-key.js';
import { REVEAL_SCOPE } from '../../../../platform/auth/scopes.js';
import { Clock } from '../../../../platform/clock/clock.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { Operations } from '../../../../platform/operations/operations.js';
import {
  type Import,
  IMPORT_FILE_DAYS,
  type ImportState,
  IMPORTS_KEPT_MAX,
  PARTS_MAX,
} from '../domain/import.js';
import { exchangeErrors } from '../exchange.errors.js';
import type { FileFormat } from '../formats/sheet.js';
import { FileStore } from '../persistence/file-store.js';
import { ImportStore } from '../persistence/import-store.js';
import { ImportStarts, type StartImport } from './import-starts.js';

export const IMPORT_OPERATION = 'customers.import';
const DAY_MS = 86_400_000;
const STARTABLE: readonly ImportState[] = ['uploading', 'checked', 'failed', 'cancelled'];

/** What a person does with an import. Inside an open unit of work. */
@Injectable()
export class Imports implements OnModuleInit {
  constructor(
    private readonly store: ImportStore,
    private readonly files: FileStore,
    private readonly starts: ImportStarts,
    private readonly operations: Operations,
    private readonly confirmations: OperationConfirmations,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    const nothingToConfirm = (): Promise<void> => Promise.resolve();
    this.confirmations.register(IMPORT_OPERATION, nothingToConfirm, async (_corpId, operationId) => {
      const cancelled = await this.store.findByOperation(operationId);
      if (cancelled) await this.store.finish(cancelled.id, 'cancelled');
    });
  }

  /** @throws customers.imports_full */
  async create(wanted: { name: string; format: FileFormat; owner: string }): Promise<Import> {
    if ((await this.store.countKept()) >= IMPORTS_KEPT_MAX) throw exchangeErrors.imports_full();
    const made = await this.store.insert(wanted);
    await this.files.create(made.id, new Date(this.clock.now().getTime() + IMPORT_FILE_DAYS * DAY_MS));
    return made;
  }

  /**
   * The same bytes again change nothing, so that a part whose answer was lost is simply sent again.
   * @throws customers.import_part_number, import_part_empty, import_part_differs, import_state, import_file_gone
   */
  async putPart(id: string, number: number, bytes: Buffer): Promise<Import> {
    if (number < 1 || number > PARTS_MAX) throw exchangeErrors.import_part_number();
    if (bytes.length === 0) throw exchangeErrors.import_part_empty();
    const found = await this.lock(id);
    const before = await this.files.readPart(id, number);
    if (before?.equals(bytes)) return found;
    if (before) throw exchangeErrors.import_part_differs({ part: number });
    if (found.state !== 'uploading') throw exchangeErrors.import_state({ state: found.state });
    if (!(await this.files.exists(id))) throw exchangeErrors.import_file_gone();
    await this.files.add(id, number, bytes);
    return found;
  }

  /**
   * Once for real; before that as often as one likes to try. After a failure or a cancellation it begins at the first row
   * again, and rows that were imported already are updates that change nothing.
   * @throws customers.import_state, content_of_others, import_part_missing, import_file_gone, import_mapping_invalid,
   *   sheetErrors,
   *   operations.already_running
   */
  async start(
    id: string,
    wanted: StartImport,
    { owner, scopes }: Pick<AuthenticatedKey, 'owner' | 'scopes'>,
  ): Promise<Import> {
    const found = await this.lock(id);
    // a mapping decides what of the file is shown, and to whom
    if (found.owner !== owner && !scopes.includes(REVEAL_SCOPE)) throw exchangeErrors.content_of_others();
    if (!STARTABLE.includes(found.state)) throw exchangeErrors.import_state({ state: found.state });
    await this.starts.check(found, wanted);
    const operationId = await this.operations.start(IMPORT_OPERATION);
    return this.starts.begin(id, { ...wanted, operationId });
  }

  /** The file goes, and its report with it. @throws customers.import_state while it runs */
  async remove(id: string): Promise<void> {
    const found = await this.lock(id);
    if (found.state === 'running') throw exchangeErrors.import_state({ state: found.state });
    await this.files.remove(id);
    await this.store.remove(id);
  }

  private async lock(id: string): Promise<Import> {
    const found = await this.store.lock(id);
    if (!found) throw exchangeErrors.import_not_found();
    return found;
  }
}
