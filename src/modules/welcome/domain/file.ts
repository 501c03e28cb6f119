/**
 * What a file is for: `image`, `video` and `file` become temporary media (page 90253) that die after 3 days and are
 * uploaded again in time; `picture` becomes a permanent URL for the cover of a link (page 90256).
 */
export const FILE_KINDS = ['image', 'video', 'file', 'picture'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const MIB = 1024 * 1024;
export const FILE_BYTES_MAX: Readonly<Record<FileKind, number>> = {
  image: 10 * MIB,
  video: 10 * MIB,
  file: 20 * MIB,
  picture: 2 * MIB,
};
/** The largest of them. */
export const ANY_FILE_BYTES_MAX = 20 * MIB;
/** "Larger than 5 bytes", pages 90253 and 90256. */
export const FILE_BYTES_MIN = 6;
/** Own choice: they lie in the database and in its backups. */
export const FILES_MAX = 500;

/** How long before the end a media id is replaced: two days of failing uploads do no harm. */
export const REFRESH_BEFORE_MS = 48 * 3_600_000;
export const MEDIA_LIFE_MS = 72 * 3_600_000;

/**
 * The media type that the bytes show; undefined when WeCom would not take them as this kind. A `file` may be anything.
 */
export function sniffContentType(kind: FileKind, bytes: Buffer): string | undefined {
  if (kind === 'file') return imageTypeOf(bytes) ?? (isMp4(bytes) ? 'video/mp4' : 'application/octet-stream');
  if (kind === 'video') return isMp4(bytes) ? 'video/mp4' : undefined;
  return imageTypeOf(bytes);
}

function imageTypeOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])))
    return 'image/png';
  return undefined;
}

/** ISO 14496-12: a box `ftyp` comes first. */
function isMp4(bytes: Buffer): boolean {
  return bytes.subarray(4, 8).toString('latin1') === 'ftyp';
}

/** What is known of a file without its bytes. */
export interface WelcomeFile {
  readonly id: string;
  readonly kind: FileKind;
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** WeCom's media id or, of a `picture`, its permanent URL; null until the first upload is done. */
  readonly wecomReference: string | null;
  readonly usableUntil: Date | null;
  readonly problem: string | null;
  readonly problemAt: Date | null;
  readonly createdAt: Date;
  readonly inUse: boolean;
}

/** What WeCom can be given of it now; undefined when it has none, or none any more. */
export function referenceAt(file: WelcomeFile, now: Date): string | undefined {
  const isUsable = file.usableUntil === null || file.usableUntil > now;
  return isUsable ? (file.wecomReference ?? undefined) : undefined;
}
