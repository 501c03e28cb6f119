import fc from 'fast-check';
import type { ByteSource } from './byte-source.js';
import { csvRows, detectDelimiter } from './csv-rows.js';
import { BYTE_ORDER_MARK, csvText } from './csv-text.js';
import { guard, unguard } from '../domain/formula-guard.js';
import { sheetErrors, type SheetRow } from './sheet.js';
import { detectEncoding } from './text-decoding.js';
import type { WrittenCell } from './written-cell.js';
import { xlsxRows } from './xlsx-rows.js';
import { sheetBegin, sheetEnd, sheetRows } from './xlsx-text.js';
import { isoOfSerial, isTimeFormat } from './xlsx-values.js';
import { zipDirectory, type ZipEntry, zipFile } from './zip-parts.js';

/** Gives the bytes in small steps, so that letters and rows are cut everywhere. */
function sourceOf(bytes: Buffer, step = bytes.length + 1): ByteSource {
  return {
    byteCount: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, Math.min(end, start + step))),
  };
}

async function allOf(rows: AsyncIterable<SheetRow>): Promise<SheetRow[]> {
  const all: SheetRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

async function readCsv(bytes: Buffer, step?: number): Promise<SheetRow[]> {
  const source = sourceOf(bytes, step);
  const encoding = await detectEncoding(source);
  return allOf(csvRows(source, encoding, await detectDelimiter(source, encoding)));
}

function workbookOf(...steps: WrittenCell[][][]): Buffer {
  let piece = sheetBegin(['name', 'note', 'size']);
  const pieces = [piece.bytes];
  for (const rows of steps) {
    piece = sheetRows(rows, JSON.parse(JSON.stringify(piece.state)) as typeof piece.state);
    pieces.push(piece.bytes);
  }
  return Buffer.concat([...pieces, sheetEnd(piece.state)]);
}

const cells = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/[\0\uFFFD\uFEFF]/g, '')),
    fc.constantFrom(
      '=1+1',
      "'=x",
      "''-",
      '+86 138',
      '@SUM',
      '\tx',
      '\ry',
      '"',
      'a,b;c',
      'x\r\ny',
      '张三',
      '_x0041_',
    ),
  ),
  { minLength: 3, maxLength: 3 },
);
const tables = fc.array(cells, { maxLength: 8 });
const contents = (rows: readonly SheetRow[]) =>
  rows.slice(1).map((row) => [0, 1, 2].map((place) => unguard(row.cells[place] ?? '')));
const kept = (rows: string[][]) => rows.filter((row) => row.some((cell) => cell !== ''));

describe('files of an exchange', () => {
  it('read what they wrote, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 1, max: 50 }), async (table, step) => {
        const csv = Buffer.from(BYTE_ORDER_MARK + csvText([['name', 'note', 'size'], ...table]));
        expect(contents(await readCsv(csv, step))).toEqual(kept(table));
        const workbook = workbookOf(table.slice(0, 3), table.slice(3));
        expect(contents(await allOf(xlsxRows(sourceOf(workbook, step * 20))))).toEqual(kept(table));
      }),
      { numRuns: 60 },
    );
  });

  it('run no formula, and guard exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(guard(text)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(unguard(guard(text))).toBe(text);
      }),
    );
    for (const text of ['=1', '+1', '-1', '@a', '\t=1', '\r=1', '＝1']) expect(guard(text)).toBe(`'${text}`);
    expect(csvText([['-5', -5, "O'Neil", true, null]])).toBe("'-5,-5,O'Neil,true,\r\n");
  });

  it('find encoding and delimiter by themselves', async () => {
    // "姓名;城市" and "张三;北京" in GB18030
    const gb = Buffer.from('d0d5c3fb3bb3c7cad00ad5c5c8fd3bb1b1bea9', 'hex');
    expect((await readCsv(gb, 1)).map((row) => row.cells)).toEqual([
      ['姓名', '城市'],
      ['张三', '北京'],
    ]);
    const tabs = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a\tb\n1\t2', 'utf16le')]);
    expect((await readCsv(tabs)).map((row) => row.cells)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect((await readCsv(Buffer.from('"a,a",b\n1,2')))[0]?.cells).toEqual(['a,a', 'b']);
  });

  it('count rows as Excel does, and name cells that are damaged', async () => {
    const rows = await readCsv(Buffer.from('a,b\r\n\r\n"1\n1",2\r\n,,\r\n3'));
    expect(rows.map((row) => [row.number, ...row.cells])).toEqual([
      [1, 'a', 'b'],
      [3, '1\n1', '2'],
      [5, '3'],
    ]);
    const broken = Buffer.concat([Buffer.from('姓名,b\n'), Buffer.from([0x81, 0xff]), Buffer.from(',2')]);
    const [, second] = await allOf(csvRows(sourceOf(broken), 'utf-8', ','));
    expect(second?.damaged).toEqual([0]);
  });

  it('refuse a quotation mark that never closes by its line', async () => {
    await expect(readCsv(Buffer.from('a,b\n1,"2\n3,4'))).rejects.toMatchObject({
      code: sheetErrors.import_quote_unclosed.code,
    });
  });

  it('refuse what is no workbook, a cut one, and one that is made to burst', async () => {
    const good = workbookOf([['a', 'b', 1]]);
    for (const bytes of [Buffer.from('no'), good.subarray(0, good.length - 9), Buffer.alloc(100)]) {
      await expect(allOf(xlsxRows(sourceOf(bytes)))).rejects.toMatchObject({
        code: sheetErrors.import_file_damaged.code,
      });
    }
    await expect(allOf(xlsxRows(sourceOf(bomb())))).rejects.toMatchObject({
      code: sheetErrors.import_file_too_large.code,
    });
  });

  it('refuse content that unpacks to more than the directory announces', async () => {
    const files = ['xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/worksheets/sheet1.xml'];
    const lying = zipOf(
      files.map((name) => [name, `<a>${' '.repeat(5_000)}</a>`]),
      (entry) => ({ ...entry, plain: 10 }),
    );
    await expect(allOf(xlsxRows(sourceOf(lying)))).rejects.toMatchObject({
      code: sheetErrors.import_file_damaged.code,
    });
  });

  it('show the days of a sheet as days', () => {
    const own = new Map([
      [164, 'yyyy"年"m"月"d"日"'],
      [165, '"days" 0.00'],
      [166, '[Red]0.0'],
      [167, '[h]:mm'],
    ]);
    expect([14, 58, 164, 165, 166, 167, 2].map((id) => isTimeFormat(id, own))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(isoOfSerial(32_982, false)).toBe('1990-04-19');
    expect(isoOfSerial(32_982.5, false)).toBe('1990-04-19T12:00:00');
    expect(isoOfSerial(31_520, true)).toBe('1990-04-19');
  });
});

function bomb(): Buffer {
  return zipOf([['xl/workbook.xml', ' '.repeat(20 * 1024 * 1024)]], (entry) => entry);
}

function zipOf(files: string[][], change: (entry: ZipEntry) => ZipEntry): Buffer {
  const made: Buffer[] = [];
  const entries: ZipEntry[] = [];
  let offset = 0;
  for (const [name = '', content = ''] of files) {
    const { entry, bytes } = zipFile(name, content, offset);
    made.push(bytes);
    entries.push(change(entry));
    offset += bytes.length;
  }
  return Buffer.concat([...made, zipDirectory(entries, '', offset)]);
}
