import { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { type ByteSource, bytesOf } from './byte-source.js';
import { sheetErrors } from './sheet.js';

/** A workbook has some twenty; each costs memory before anything is unpacked. */
const ENTRIES_MAX = 2_000;
/** As zeros compress 1,000 times and a large sheet of equal rows 60 times, more than this is made to hurt. */
const RATIO_MAX = 250;
/** Below it no ratio hurts. */
const RATIO_FREE_BYTES = 16 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 8 * 1024 ** 3;

/** The files inside a workbook. yauzl refuses a stream that unpacks to more than the directory announced. */
export class XlsxArchive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws sheetErrors.import_file_damaged, sheetErrors.import_file_too_large */
  static async open(source: ByteSource): Promise<XlsxArchive> {
    const zip = await damagedIfFails(
      yauzl.fromRandomAccessReaderPromise(new SourceReader(source), source.byteCount, { autoClose: false }),
    );
    try {
      if (zip.entryCount > ENTRIES_MAX) throw sheetErrors.import_file_too_large();
      const entries = new Map<string, Entry>();
      for await (const entry of walk(zip)) {
        refuseBomb(entry);
        entries.set(entry.fileName, entry);
      }
      return new XlsxArchive(zip, entries);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** @param bytesMax of the unpacked file, for what is held in memory. */
  async *bytes(name: string, bytesMax = UNPACKED_BYTES_MAX): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw sheetErrors.import_file_damaged();
    if (entry.uncompressedSize > bytesMax) throw sheetErrors.import_file_too_large();
    const stream = await damagedIfFails(this.zip.openReadStreamPromise(entry));
    try {
      for await (const bytes of stream) yield bytes as Buffer; // reason: a stream of bytes has no encoding set
    } catch (error) {
      throw isOurs(error) ? error : sheetErrors.import_file_damaged();
    } finally {
      stream.destroy();
    }
  }

  close(): void {
    this.zip.close();
  }
}

async function* walk(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw isOurs(error) ? error : sheetErrors.import_file_damaged();
  }
}

function refuseBomb({ uncompressedSize, compressedSize }: Entry): void {
  if (uncompressedSize > UNPACKED_BYTES_MAX) throw sheetErrors.import_file_too_large();
  if (uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > compressedSize * RATIO_MAX)
    throw sheetErrors.import_file_too_large();
}

/** What yauzl and zlib say about a broken archive may quote it. What is not about the archive is rethrown by `isOurs`. */
async function damagedIfFails<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isOurs(error) ? error : sheetErrors.import_file_damaged();
  }
}

/** Errors of the source (the database is gone) are not the file's fault. */
class SourceFailure extends Error {}

function isOurs(error: unknown): boolean {
  return error instanceof SourceFailure || (error instanceof Error && 'kind' in error);
}

class SourceReader extends yauzl.RandomAccessReader {
  constructor(private readonly source: ByteSource) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.guarded(start, end), { objectMode: false });
  }

  private async *guarded(start: number, end: number): AsyncGenerator<Buffer> {
    try {
      yield* bytesOf(this.source, start, end);
    } catch (cause) {
      throw new SourceFailure('the stored file cannot be read', { cause });
    }
  }
}
