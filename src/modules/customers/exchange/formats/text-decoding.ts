import { type ByteSource, bytesOf } from './byte-source.js';

export type TextEncoding = 'utf-8' | 'gb18030' | 'utf-16le';

/** What a decoder writes in the place of bytes that are no text. */
export const REPLACEMENT = '\uFFFD';
const UTF_16_MARK = Buffer.from([0xff, 0xfe]);

/**
 * UTF-16 by its mark (Excel's "Unicode text"), UTF-8 when every byte fits, otherwise GB18030, which Chinese Excel writes by
 * "CSV" and which holds GBK and GB2312 too. Text of GB18030 that happens to be UTF-8 does not exist at any length that matters.
 * @param byteCount how much to look at: the whole file before anything is imported, its beginning for a preview.
 */
export async function detectEncoding(
  source: ByteSource,
  byteCount = source.byteCount,
): Promise<TextEncoding> {
  if (source.byteCount >= 2 && (await source.read(0, 2)).equals(UTF_16_MARK)) return 'utf-16le';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isCut = byteCount < source.byteCount;
  try {
    for await (const bytes of bytesOf(source, 0, Math.min(byteCount, source.byteCount))) {
      decoder.decode(bytes, { stream: true });
    }
    if (!isCut) decoder.decode(); // a letter that the end of the file cuts is no UTF-8
    return 'utf-8';
  } catch {
    return 'gb18030'; // the only thing that a fatal decoder throws
  }
}

/** Without the byte order mark. Bytes that do not fit become `REPLACEMENT`. */
export async function* textOf(source: ByteSource, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of bytesOf(source)) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}
