import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { IMPORT_FILE_DAYS, PARTS_MAX } from '../domain/import.js';
import { exchangeErrors } from '../exchange.errors.js';
import { type FileFormat, sheetErrors } from '../formats/sheet.js';
import { FileStore } from '../persistence/file-store.js';
import { type Reading, UploadedRows } from '../queries/uploaded-rows.js';

const DAY_MS = 86_400_000;

/** What may be wrong with a file that is sent in parts. */
export const uploadErrors = [
  exchangeErrors.import_part_number,
  exchangeErrors.import_part_empty,
  exchangeErrors.import_part_differs,
  exchangeErrors.import_file_gone,
];
/** And with one that is to be read. */
export const readingErrors = [
  exchangeErrors.import_part_missing,
  exchangeErrors.import_file_gone,
  ...Object.values(sheetErrors),
];

/**
 * Files for imports of other modules: sent in parts, kept sealed for at most seven days, read row by row. Inside an open
 * unit of work, but for `open`.
 */
@Injectable()
export class UploadedFiles {
  constructor(
    private readonly files: FileStore,
    private readonly rows: UploadedRows,
    private readonly clock: Clock,
  ) {}

  /** @param id of the import, which is the file's id */
  create(id: string): Promise<void> {
    return this.files.create(id, new Date(this.clock.now().getTime() + IMPORT_FILE_DAYS * DAY_MS));
  }

  /** The same bytes again change nothing. @throws uploadErrors */
  async putPart(id: string, number: number, bytes: Buffer): Promise<void> {
    if (number < 1 || number > PARTS_MAX) throw exchangeErrors.import_part_number();
    if (bytes.length === 0) throw exchangeErrors.import_part_empty();
    if (!(await this.files.exists(id))) throw exchangeErrors.import_file_gone();
    const before = await this.files.readPart(id, number);
    if (before?.equals(bytes)) return;
    if (before) throw exchangeErrors.import_part_differs({ part: number });
    await this.files.add(id, number, bytes);
  }

  /** @returns the header. @throws readingErrors */
  async check(corpId: CorpId, id: string, format: FileFormat): Promise<readonly string[]> {
    const parts = await this.files.listParts(id);
    if (parts.length === 0 && !(await this.files.exists(id))) throw exchangeErrors.import_file_gone();
    const gap = parts.findIndex(({ number }, index) => number !== index + 1);
    if (parts.length === 0 || gap >= 0)
      throw exchangeErrors.import_part_missing({ part: Math.max(gap, 0) + 1 });
    const { header, rows } = await this.rows.open(corpId, known(id, format), 'glance');
    await rows.return(undefined);
    return header;
  }

  /** Close `rows` (`return()`) when not read to the end. @throws readingErrors */
  open(corpId: CorpId, id: string, format: FileFormat): Promise<Reading> {
    return this.rows.open(corpId, known(id, format));
  }

  remove(id: string): Promise<void> {
    return this.files.remove(id);
  }
}

function known(id: string, format: FileFormat) {
  return { id, format, encoding: null, delimiter: null };
}
