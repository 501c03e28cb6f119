import { constants, crc32, deflateRawSync } from 'node:zlib';
import { guardedText, type WrittenCell } from './written-cell.js';
import { codedText } from './xlsx-values.js';
import { type ZipEntry, zipDirectory, zipFile, zipFileBegin, zipFileEnd } from './zip-parts.js';

/** A row of Excel's last sheet is 1,048,576; the header takes one. */
export const XLSX_ROWS_MAX = 1_048_575;

/** How far the sheet is written. It fits into a row of the database, so that another process can go on. */
export interface SheetState {
  readonly crc: number;
  readonly packed: number;
  readonly plain: number;
  /** Rows so far, the header included. */
  readonly rows: number;
}

export interface SheetPiece {
  readonly bytes: Buffer;
  readonly state: SheetState;
}

const SHEET = 'xl/worksheets/sheet1.xml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const AROUND: readonly (readonly [string, string])[] = [
  [
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/${SHEET}" ContentType="${TYPE}.worksheet+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  ],
];

const { head, entries } = beginning();

/** The same bytes for every workbook: what stands around the sheet, and the header of the sheet's file. */
function beginning(): { head: Buffer; entries: ZipEntry[] } {
  const files: Buffer[] = [];
  const made: ZipEntry[] = [];
  let offset = 0;
  for (const [name, content] of AROUND) {
    const { entry, bytes } = zipFile(name, XML + content, offset);
    files.push(bytes);
    made.push(entry);
    offset += bytes.length;
  }
  return { head: Buffer.concat([...files, zipFileBegin(SHEET)]), entries: made };
}

/**
 * A workbook in pieces, each of which is made from the rows of one step and the state before it. Deflate allows it: a
 * piece that ends with a flush is whole bytes, and refers to nothing before itself.
 */
export function sheetBegin(header: readonly string[]): SheetPiece {
  const none = { crc: 0, packed: 0, plain: 0, rows: 0 };
  const xml = `${XML}<worksheet xmlns="${MAIN}"><sheetData>${rowXml(header, 1)}`;
  const { bytes, state } = piece(xml, none, 1, constants.Z_SYNC_FLUSH);
  return { bytes: Buffer.concat([head, bytes]), state };
}

export function sheetRows(rows: readonly (readonly WrittenCell[])[], before: SheetState): SheetPiece {
  const xml = rows.map((cells, index) => rowXml(cells, before.rows + index + 1)).join('');
  return piece(xml, before, rows.length, constants.Z_SYNC_FLUSH);
}

export function sheetEnd(before: SheetState): Buffer {
  const { bytes, state } = piece('</sheetData></worksheet>', before, 0, constants.Z_FINISH);
  const offset = head.length - zipFileBegin(SHEET).length;
  const entry = { name: SHEET, ...state, offset };
  const behind = zipFileEnd(entry);
  const directory = zipDirectory([...entries, entry], SHEET, head.length + state.packed + behind.length);
  return Buffer.concat([bytes, behind, directory]);
}

function piece(xml: string, before: SheetState, rows: number, finishFlush: number): SheetPiece {
  const plain = Buffer.from(xml);
  const bytes = deflateRawSync(plain, { finishFlush });
  const state = {
    crc: crc32(plain, before.crc),
    packed: before.packed + bytes.length,
    plain: before.plain + plain.length,
    rows: before.rows + rows,
  };
  return { bytes, state };
}

function rowXml(cells: readonly WrittenCell[], number: number): string {
  return `<row r="${number}">${cells.map((cell, place) => cellXml(cell, `${letters(place)}${number}`)).join('')}</row>`;
}

function cellXml(cell: WrittenCell, reference: string): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
  const text = escaped(codedText(guardedText(cell)));
  return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function letters(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : letters(Math.floor(place / 26) - 1) + last;
}
