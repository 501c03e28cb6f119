/** A stored file that is read at any place without holding it. */
export interface ByteSource {
  readonly byteCount: number;
  /** The bytes from `start` up to, not including, `end`; fewer only where it is convenient, never none. */
  read(start: number, end: number): Promise<Buffer>;
}

const STEP_BYTES = 262_144;

export async function* bytesOf(
  source: ByteSource,
  start = 0,
  end = source.byteCount,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const bytes = await source.read(at, Math.min(end, at + STEP_BYTES));
    at += bytes.length;
    yield bytes;
  }
}
