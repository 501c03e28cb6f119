import { crc32, deflateRawSync } from 'node:zlib';

/** A file inside a ZIP (APPNOTE.TXT 4.3), once its content is known. */
export interface ZipEntry {
  readonly name: string;
  readonly crc: number;
  readonly packed: number;
  readonly plain: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const VERSION = 20;
const UTF8_NAMES = 0x0800;
/** Checksum and sizes stand behind the content: it is written before they are known. */
const SIZES_FOLLOW = 0x0008;
const DEFLATE = 8;
/** 1980-01-01, the first day that a ZIP knows: a file is the same whenever it is made. */
const DAY = 0x0021;
/** Beyond it a ZIP needs other records. */
export const ZIP_BYTES_MAX = 0xffffffff;

/** A whole small file with its header. */
export function zipFile(name: string, content: string, offset: number): { entry: ZipEntry; bytes: Buffer } {
  const plain = Buffer.from(content);
  const packed = deflateRawSync(plain);
  const entry = { name, crc: crc32(plain), packed: packed.length, plain: plain.length, offset };
  return { entry, bytes: Buffer.concat([localHeader(entry, UTF8_NAMES), packed]) };
}

/** Of a file whose content follows in pieces. */
export function zipFileBegin(name: string): Buffer {
  return localHeader({ name, crc: 0, packed: 0, plain: 0 }, UTF8_NAMES | SIZES_FOLLOW);
}

/** Behind the last piece. */
export function zipFileEnd({ crc, packed, plain }: ZipEntry): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(plain, 12);
  return bytes;
}

/** The directory at the end. @param streamed the name of the file that came in pieces. */
export function zipDirectory(entries: readonly ZipEntry[], streamed: string, offset: number): Buffer {
  const records = entries.map((entry) => directoryRecord(entry, entry.name === streamed));
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([directory, end]);
}

function localHeader(entry: Omit<ZipEntry, 'offset'>, flags: number): Buffer {
  const name = Buffer.from(entry.name);
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x04034b50, 0);
  writeCommon(bytes, 4, entry, flags, name.length);
  return Buffer.concat([bytes, name]);
}

function directoryRecord(entry: ZipEntry, streamed: boolean): Buffer {
  const name = Buffer.from(entry.name);
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(VERSION, 4);
  writeCommon(bytes, 6, entry, streamed ? UTF8_NAMES | SIZES_FOLLOW : UTF8_NAMES, name.length);
  bytes.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([bytes, name]);
}

/** What local header and directory say alike. */
function writeCommon(
  bytes: Buffer,
  at: number,
  entry: Omit<ZipEntry, 'offset'>,
  flags: number,
  nameLength: number,
): void {
  bytes.writeUInt16LE(VERSION, at);
  bytes.writeUInt16LE(flags, at + 2);
  bytes.writeUInt16LE(DEFLATE, at + 4);
  bytes.writeUInt16LE(DAY, at + 8);
  bytes.writeUInt32LE(entry.crc, at + 10);
  bytes.writeUInt32LE(entry.packed, at + 14);
  bytes.writeUInt32LE(entry.plain, at + 18);
  bytes.writeUInt16LE(nameLength, at + 22);
}
