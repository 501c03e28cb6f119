import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { FieldCatalogue } from '../../profiles/queries/field-catalogue.js';
import { SearchCustomers } from '../../search/queries/search-customers.js';
import { cellOf, type Export, exportColumn, type ExportedCustomer, jsonOf } from '../domain/export.js';
import { exchangeErrors } from '../exchange.errors.js';
import { BYTE_ORDER_MARK, csvText } from '../formats/csv-text.js';
import { type SheetState, sheetBegin, sheetEnd, sheetRows, XLSX_ROWS_MAX } from '../formats/xlsx-text.js';
import { ZIP_BYTES_MAX } from '../formats/zip-parts.js';
import { ExportStore } from '../persistence/export-store.js';
import { FileStore } from '../persistence/file-store.js';
import { ExportedCustomers } from '../queries/exported-customers.js';

const CUSTOMERS_OF_A_STEP = 500;

interface Piece {
  readonly bytes: Buffer;
  readonly sheet: SheetState | null;
}

/** Writes some customers into the next part of the file, in one transaction with how far the export is. */
@Injectable()
export class ExportStep {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ExportStore,
    private readonly files: FileStore,
    private readonly search: SearchCustomers,
    private readonly customers: ExportedCustomers,
    private readonly catalogue: FieldCatalogue,
    private readonly operations: Operations,
  ) {}

  /**
   * @returns whether there is more to do
   * @throws operations.state_conflict when it was cancelled, customers.export_too_large
   */
  do(corpId: CorpId, id: string): Promise<boolean> {
    return this.unit.run(corpId, async () => {
      const job = await this.store.lock(id);
      if (job?.state !== 'running') throw operationsErrors.state_conflict({ state: job?.state ?? 'gone' });
      const page = await this.search.page(job.filter, 'oldest', job.cursor ?? undefined, CUSTOMERS_OF_A_STEP);
      const exported = await this.customers.of(page.customers, job.revealed);
      const piece = await this.pieceOf(job, exported, page.next === undefined);
      const part = job.part + (piece.bytes.length > 0 ? 1 : 0);
      if (part > job.part) await this.files.add(id, part, piece.bytes);
      const rows = exported.length;
      await this.store.advance(id, {
        cursor: page.next ?? null,
        part,
        sheet: piece.sheet,
        rows,
        bytes: piece.bytes.length,
      });
      await this.operations.progress(job.operationId, { done: job.rowsCount + rows });
      if (page.next) return true;
      if (await this.store.finish(id, 'done'))
        await this.operations.succeed(job.operationId, { rows: job.rowsCount + rows });
      return false;
    });
  }

  private async pieceOf(job: Export, exported: readonly ExportedCustomer[], isLast: boolean): Promise<Piece> {
    const fields = await this.catalogue.list();
    const columns = job.columns.flatMap((name) => exportColumn(name, fields) ?? []);
    const isFirst = job.cursor === null;
    if (job.format === 'ndjson')
      return { bytes: Buffer.from(exported.map((one) => jsonOf(columns, one)).join('')), sheet: null };
    const rows = exported.map((one) => columns.map((column) => cellOf(column, one)));
    const header = columns.map(({ name }) => name);
    if (job.format === 'xlsx')
      return workbookPiece({ header: isFirst ? header : undefined, rows, isLast }, job.sheet);
    const head = isFirst ? BYTE_ORDER_MARK + csvText([header]) : '';
    return { bytes: Buffer.from(head + csvText(rows)), sheet: null };
  }
}

function workbookPiece(
  {
    header,
    rows,
    isLast,
  }: { header: string[] | undefined; rows: Parameters<typeof sheetRows>[0]; isLast: boolean },
  before: SheetState | null,
): Piece {
  const begun = header ? sheetBegin(header) : undefined;
  const state = begun?.state ?? before;
  if (!state) throw new Error('a workbook goes on that was not begun');
  const piece = sheetRows(rows, state);
  if (
    piece.state.rows > XLSX_ROWS_MAX + 1 ||
    Math.max(piece.state.plain, piece.state.packed) > ZIP_BYTES_MAX / 2
  )
    throw exchangeErrors.export_too_large();
  const end = isLast ? sheetEnd(piece.state) : Buffer.alloc(0);
  return { bytes: Buffer.concat([begun?.bytes ?? Buffer.alloc(0), piece.bytes, end]), sheet: piece.state };
}
