import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { ByteSource } from './byte-source.js';
import { CELL_LENGTH_MAX, COLUMNS_MAX, sheetErrors, type SheetRow } from './sheet.js';
import { REPLACEMENT, type TextEncoding, textOf } from './text-decoding.js';

export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** A row that is longer is a quotation mark that never closes, or no table. */
const ROW_LENGTH_MAX = 2_097_152;

/** @throws sheetErrors */
export async function* csvRows(
  source: ByteSource,
  encoding: TextEncoding,
  delimiter: Delimiter,
): AsyncGenerator<SheetRow> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'], // a file that was put together of two has both
    relax_column_count: true, // a short or a long row is that row's problem, not the file's
    relax_quotes: true, // 7" is a size
    max_record_size: ROW_LENGTH_MAX,
  });
  const texts = Readable.from(textOf(source, encoding));
  texts.on('error', (error) => parser.destroy(error));
  texts.pipe(parser);
  let number = 0;
  try {
    // reason: without column names a record is a list of cells
    for await (const cells of parser as AsyncIterable<string[]>) {
      number++;
      if (cells.some((cell) => cell !== '')) yield rowOf(number, cells);
    }
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error) : error;
  } finally {
    texts.destroy();
    parser.destroy();
  }
}

/** The one that separates most in the first row; a comma when none does. */
export async function detectDelimiter(source: ByteSource, encoding: TextEncoding): Promise<Delimiter> {
  const counts = new Map<string, number>(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  let length = 0;
  for await (const text of textOf(source, encoding)) {
    for (const letter of text) {
      if (letter === '"') quoted = !quoted;
      else if (!quoted && (letter === '\n' || letter === '\r') && length > 0) return best(counts);
      else if (!quoted && counts.has(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
      if (++length > CELL_LENGTH_MAX) return best(counts);
    }
  }
  return best(counts);
}

function best(counts: ReadonlyMap<string, number>): Delimiter {
  const ranked = [...DELIMITERS].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return ranked[0] ?? ',';
}

function rowOf(number: number, cells: string[]): SheetRow {
  if (cells.length > COLUMNS_MAX) {
    while (cells.at(-1) === '') cells.pop();
    if (cells.length > COLUMNS_MAX && number === 1) throw sheetErrors.import_columns_too_many();
  }
  const damaged = cells.flatMap((cell, place) =>
    cell.includes(REPLACEMENT) || cell.length > CELL_LENGTH_MAX ? [place] : [],
  );
  return damaged.length > 0 ? { number, cells, damaged } : { number, cells };
}

function refusalOf(error: CsvError): Error {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return sheetErrors.import_quote_unclosed({ line: lineOf(error) });
  if (error.code === 'CSV_MAX_RECORD_SIZE') return sheetErrors.import_file_too_large({ line: lineOf(error) });
  return sheetErrors.import_file_damaged({ line: lineOf(error) });
}

/** csv-parse tells where it stood, never what stood there, when only this is taken over. */
function lineOf(error: CsvError): number {
  const { lines } = error as unknown as { lines?: unknown }; // reason: the class types its context as any
  return typeof lines === 'number' ? lines : 0;
}
