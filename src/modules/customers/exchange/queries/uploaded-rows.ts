import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import type { Import } from '../domain/import.js';
import { headerOf } from '../domain/mapping.js';
import { exchangeErrors } from '../exchange.errors.js';
import { csvRows, type Delimiter, detectDelimiter } from '../formats/csv-rows.js';
import { sheetErrors, type SheetRow } from '../formats/sheet.js';
import { detectEncoding, type TextEncoding } from '../formats/text-decoding.js';
import { xlsxRows } from '../formats/xlsx-rows.js';
import { FileStore } from '../persistence/file-store.js';

/** Enough to see how a table is written. */
const GLANCE_BYTES = 1_048_576;

export interface Reading {
  /** null of a workbook. */
  readonly encoding: TextEncoding | null;
  readonly delimiter: Delimiter | null;
  /** Names of the columns. */
  readonly header: readonly string[];
  /** What follows the header; to be read once. */
  readonly rows: AsyncGenerator<SheetRow>;
}

type Known = Pick<Import, 'id' | 'format' | 'encoding' | 'delimiter'>;

/** The rows of an uploaded file, one at a time. */
@Injectable()
export class UploadedRows {
  constructor(private readonly files: FileStore) {}

  /**
   * Close `rows` (`return()`) when not read to the end.
   * @param look how much of the file decides the encoding, where it is not known yet.
   * @throws sheetErrors, customers.import_file_gone
   */
  async open(corpId: CorpId, known: Known, look: 'all' | 'glance' = 'all'): Promise<Reading> {
    const source = await this.files.open(corpId, known.id);
    if (!source) throw exchangeErrors.import_file_gone();
    if (known.format === 'xlsx') return withHeader(xlsxRows(source), { encoding: null, delimiter: null });
    const bytes = look === 'all' ? source.byteCount : GLANCE_BYTES;
    const encoding = known.encoding ?? (await detectEncoding(source, bytes));
    const delimiter = known.delimiter ?? (await detectDelimiter(source, encoding));
    return withHeader(csvRows(source, encoding, delimiter), { encoding, delimiter });
  }

  /** The first rows, so that a person can map. @throws as `open` */
  async preview(
    corpId: CorpId,
    known: Known,
    rowsMax: number,
  ): Promise<Omit<Reading, 'rows'> & { first: SheetRow[] }> {
    const { rows, ...reading } = await this.open(corpId, known, 'glance');
    const first: SheetRow[] = [];
    for await (const row of rows) {
      if (first.push(row) >= rowsMax) break; // also closes the rows
    }
    return { ...reading, first };
  }
}

async function withHeader(
  rows: AsyncGenerator<SheetRow>,
  how: Pick<Reading, 'encoding' | 'delimiter'>,
): Promise<Reading> {
  const first = await rows.next();
  if (first.done) throw sheetErrors.import_file_empty();
  return { ...how, header: headerOf(first.value.cells), rows };
}
