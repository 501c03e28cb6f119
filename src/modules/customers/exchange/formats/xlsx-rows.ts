import { type SaxesAttributePlain, SaxesParser, type SaxesTagPlain } from 'saxes';
import type { ByteSource } from './byte-source.js';
import { CELL_LENGTH_MAX, COLUMNS_MAX, sheetErrors, type SheetRow } from './sheet.js';
import { XlsxArchive } from './xlsx-archive.js';
import { decodedText, isoOfSerial, isTimeFormat, textOfNumber } from './xlsx-values.js';

const MIB = 1024 * 1024;
/** The texts of all cells lie in one table that must be held; 64 MiB of it take some 200 MiB of memory. */
const SHARED_TEXTS_BYTES_MAX = 64 * MIB;
const SHARED_TEXTS_MAX = 3_000_000;
const PART_BYTES_MAX = 8 * MIB;
/** One row of 500 full cells. */
const ROW_LENGTH_MAX = 17 * MIB;
/** The last row of a sheet in Excel. */
const ROW_NUMBER_MAX = 1_048_576;

interface Workbook {
  readonly archive: XlsxArchive;
  readonly sheet: string;
  readonly texts: readonly string[];
  /** By the number of a cell's style. */
  readonly isTime: readonly boolean[];
  readonly since1904: boolean;
}

/** The rows of the first sheet, one at a time. @throws sheetErrors */
export async function* xlsxRows(source: ByteSource): AsyncGenerator<SheetRow> {
  const archive = await XlsxArchive.open(source);
  try {
    const workbook = await readWorkbook(archive);
    const reader = new SheetReader(workbook);
    for await (const bytes of archive.bytes(workbook.sheet)) yield* reader.feed(bytes);
    yield* reader.end();
  } finally {
    archive.close();
  }
}

async function readWorkbook(archive: XlsxArchive): Promise<Workbook> {
  let firstSheet = '';
  let since1904 = false;
  await readPart(archive, 'xl/workbook.xml', (tag) => {
    if (tag.name === 'sheet') firstSheet ||= attribute(tag, 'id');
    if (tag.name === 'workbookPr') since1904 = ['1', 'true'].includes(attribute(tag, 'date1904'));
  });
  const targets = new Map<string, string>();
  await readPart(archive, 'xl/_rels/workbook.xml.rels', (tag) => {
    if (tag.name === 'Relationship') targets.set(attribute(tag, 'Id'), attribute(tag, 'Target'));
  });
  const target = targets.get(firstSheet) ?? 'worksheets/sheet1.xml';
  const sheet = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  return { archive, sheet, since1904, texts: await readTexts(archive), isTime: await readStyles(archive) };
}

/** Runs of a rich text are joined; how a Chinese name is pronounced (`rPh`) is not its text. */
async function readTexts(archive: XlsxArchive): Promise<string[]> {
  const texts: string[] = [];
  const name = 'xl/sharedStrings.xml';
  if (!archive.has(name)) return texts;
  let text = '';
  let inside = false;
  let aside = false;
  const onText = (part: string): void => {
    if (inside && !aside) text += part;
  };
  await readPart(archive, name, open, { onText, onClose, bytesMax: SHARED_TEXTS_BYTES_MAX });
  return texts;

  function open(tag: SaxesTagPlain): void {
    if (tag.name === 'si') text = '';
    if (tag.name === 'rPh') aside = true;
    if (tag.name === 't') inside = true;
  }
  function onClose(tag: SaxesTagPlain): void {
    if (tag.name === 't') inside = false;
    if (tag.name === 'rPh') aside = false;
    if (tag.name === 'si' && texts.push(decodedText(text)) > SHARED_TEXTS_MAX)
      throw sheetErrors.import_file_too_large();
  }
}

async function readStyles(archive: XlsxArchive): Promise<boolean[]> {
  const isTime: boolean[] = [];
  const name = 'xl/styles.xml';
  if (!archive.has(name)) return isTime;
  const own = new Map<number, string>();
  let inCellFormats = false;
  const open = (tag: SaxesTagPlain): void => {
    if (tag.name === 'numFmt') own.set(Number(attribute(tag, 'numFmtId')), attribute(tag, 'formatCode'));
    if (tag.name === 'cellXfs') inCellFormats = true;
    if (tag.name === 'xf' && inCellFormats)
      isTime.push(isTimeFormat(Number(attribute(tag, 'numFmtId')), own));
  };
  const onClose = (tag: SaxesTagPlain): void => {
    if (tag.name === 'cellXfs') inCellFormats = false;
  };
  await readPart(archive, name, open, { onClose });
  return isTime;
}

interface PartListeners {
  readonly onText?: (text: string) => void;
  readonly onClose?: (tag: SaxesTagPlain) => void;
  readonly bytesMax?: number;
}

async function readPart(
  archive: XlsxArchive,
  name: string,
  onOpen: (tag: SaxesTagPlain) => void,
  { onText, onClose, bytesMax = PART_BYTES_MAX }: PartListeners = {},
): Promise<void> {
  const parser = parserOf(onOpen, onClose, onText);
  const decoder = new TextDecoder();
  for await (const bytes of archive.bytes(name, bytesMax))
    parser.write(decoder.decode(bytes, { stream: true }));
  parser.close();
}

/** Entities of a document type are never expanded by saxes, so no text grows by them. Prefixes of names do not matter. */
function parserOf(
  onOpen: (tag: SaxesTagPlain) => void,
  onClose?: (tag: SaxesTagPlain) => void,
  onText?: (text: string) => void,
): SaxesParser<{ fragment: false }> {
  const parser = new SaxesParser<{ fragment: false }>();
  parser.on('error', () => {
    throw sheetErrors.import_file_damaged();
  });
  parser.on('opentag', (tag) => onOpen(withLocalName(tag as SaxesTagPlain))); // reason: without namespaces tags are plain
  if (onClose) parser.on('closetag', (tag) => onClose(withLocalName(tag as SaxesTagPlain))); // reason: as above
  if (onText) {
    parser.on('text', onText);
    parser.on('cdata', onText);
  }
  return parser;
}

function withLocalName(tag: SaxesTagPlain): SaxesTagPlain {
  const colon = tag.name.indexOf(':');
  return colon < 0 ? tag : { ...tag, name: tag.name.slice(colon + 1) };
}

/** `r:id` in one dialect, `id` in another. */
function attribute(tag: SaxesTagPlain, name: string): string {
  const attributes = tag.attributes as Record<string, string | SaxesAttributePlain['value']>; // reason: as above
  const key = name in attributes ? name : Object.keys(attributes).find((own) => own.endsWith(`:${name}`));
  return key === undefined ? '' : String(attributes[key]);
}

interface OpenCell {
  readonly place: number;
  readonly type: string;
  readonly style: number;
}

/** Gathers rows from the XML of a sheet, which comes in pieces. */
class SheetReader {
  private readonly parser = parserOf(
    (tag) => this.open(tag),
    (tag) => this.close(tag),
    (text) => this.addText(text),
  );
  private readonly decoder = new TextDecoder();
  private ready: SheetRow[] = [];
  private number = 0;
  private cells: string[] = [];
  private damaged: number[] = [];
  private cell: OpenCell | undefined;
  private text = '';
  private takesText = false;
  private length = 0;
  private silentBytes = 0;

  constructor(private readonly workbook: Workbook) {}

  feed(bytes: Buffer): SheetRow[] {
    // the parser holds a text, a comment or an attribute until its end, however long it is
    this.silentBytes += bytes.length;
    if (this.silentBytes > ROW_LENGTH_MAX) throw sheetErrors.import_file_too_large();
    this.parser.write(this.decoder.decode(bytes, { stream: true }));
    return this.take();
  }

  end(): SheetRow[] {
    this.parser.close();
    return this.take();
  }

  private take(): SheetRow[] {
    const rows = this.ready;
    this.ready = [];
    return rows;
  }

  private open(tag: SaxesTagPlain): void {
    this.silentBytes = 0;
    if (tag.name === 'row') this.openRow(tag);
    else if (tag.name === 'c') this.openCell(tag);
    else if (tag.name === 'v' || tag.name === 't') this.takesText = this.cell !== undefined;
    else if (tag.name === 'rPh') this.takesText = false;
  }

  private openRow(tag: SaxesTagPlain): void {
    // never back, whatever a made-up file says: an import goes on behind the last number
    const told = Number(attribute(tag, 'r'));
    const isPlace = Number.isInteger(told) && told <= ROW_NUMBER_MAX;
    this.number = Math.max(isPlace ? told : 0, this.number + 1);
    this.cells = [];
    this.damaged = [];
    this.length = 0;
  }

  private openCell(tag: SaxesTagPlain): void {
    const place = placeOf(attribute(tag, 'r')) ?? this.cells.length;
    if (place >= COLUMNS_MAX) throw sheetErrors.import_columns_too_many();
    this.cell = { place, type: attribute(tag, 't'), style: Number(attribute(tag, 's')) || 0 };
    this.text = '';
  }

  private addText(text: string): void {
    if (!this.takesText) return;
    this.text += text;
    this.length += text.length;
    if (this.length > ROW_LENGTH_MAX) throw sheetErrors.import_file_too_large();
  }

  private close(tag: SaxesTagPlain): void {
    if (tag.name === 'v' || tag.name === 't') this.takesText = false;
    else if (tag.name === 'c' && this.cell) this.closeCell(this.cell);
    else if (tag.name === 'row' && this.cells.some((cell) => cell)) this.closeRow();
  }

  private closeCell(cell: OpenCell): void {
    while (this.cells.length < cell.place) this.cells.push('');
    const content = this.contentOf(cell);
    const isDamaged = cell.type === 'e' || content === undefined || content.length > CELL_LENGTH_MAX;
    if (isDamaged && !this.damaged.includes(cell.place)) this.damaged.push(cell.place);
    this.cells[cell.place] = content ?? this.text;
    this.cell = undefined;
  }

  private closeRow(): void {
    const { number, cells, damaged } = this;
    this.ready.push(damaged.length > 0 ? { number, cells, damaged } : { number, cells });
  }

  private contentOf({ type, style }: OpenCell): string | undefined {
    const { text, workbook } = this;
    if (type === 's') return workbook.texts[Number(text)];
    if (type === 'b') return text === '1' ? 'true' : 'false';
    if (type === 'n' || type === '') {
      if (text === '') return '';
      const number = Number(text);
      if (!Number.isFinite(number)) return undefined;
      return workbook.isTime[style] ? isoOfSerial(number, workbook.since1904) : textOfNumber(number);
    }
    return decodedText(text); // inlineStr, str (of a formula), d (ISO), e
  }
}

/** `BC12` is column 54. Undefined without a reference: the cell follows the one before it. */
function placeOf(reference: string): number | undefined {
  let place = 0;
  for (const letter of reference) {
    if (letter < 'A' || letter > 'Z') break;
    place = place * 26 + letter.charCodeAt(0) - 64;
  }
  return place === 0 ? undefined : place - 1;
}
