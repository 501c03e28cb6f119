import type { FileKind } from './file.js';

export const ATTACHMENT_KINDS = ['image', 'link', 'miniprogram', 'video', 'file', 'coupon'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

/** As an author gives it and as it is stored. Which fields belong to which kind says `findFault`. */
export interface Attachment {
  readonly kind: AttachmentKind;
  /** An uploaded file: the image, video or file itself, the cover of a mini program, the picture of a link. */
  readonly fileId?: string;
  /** Temporary media of WeCom instead of a file of ours; whoever gives it replaces it before its 3 days are over. */
  readonly mediaId?: string;
  /** Instead of a file: for an image a URL of WeCom's `media/uploadimg`, for the cover of a link any. */
  readonly pictureUrl?: string;
  readonly title?: string;
  readonly url?: string;
  readonly description?: string;
  readonly appId?: string;
  readonly page?: string;
  /** A batch of coupons: the new friend gets a link at which he alone claims one; its code takes the place in the URL. */
  readonly batchId?: string;
}

export const ATTACHMENTS_MAX = 9;
/** Where the code of the new friend's own claim link goes. */
export const CLAIM_CODE_PLACE = '{code}';

type Field = Exclude<keyof Attachment, 'kind'>;
export interface AttachmentFault {
  readonly field: Field;
  readonly problem: 'required' | 'not_allowed' | 'one_of' | 'too_long' | 'file_kind' | 'no_code';
}

interface Shape {
  readonly required: readonly Field[];
  readonly optional: readonly Field[];
  /** Exactly one of these, or for a link at most one. */
  readonly source: readonly Field[];
  readonly sourceOptional?: true;
  readonly fileKinds: readonly FileKind[];
}

const SHAPES: Readonly<Record<AttachmentKind, Shape>> = {
  image: {
    required: [],
    optional: [],
    source: ['fileId', 'mediaId', 'pictureUrl'],
    fileKinds: ['image', 'picture'],
  },
  video: { required: [], optional: [], source: ['fileId', 'mediaId'], fileKinds: ['video'] },
  file: { required: [], optional: [], source: ['fileId', 'mediaId'], fileKinds: ['file'] },
  link: {
    required: ['title', 'url'],
    optional: ['description'],
    source: ['fileId', 'pictureUrl'],
    sourceOptional: true,
    fileKinds: ['picture'],
  },
  miniprogram: {
    required: ['title', 'appId', 'page'],
    optional: [],
    source: ['fileId', 'mediaId'],
    fileKinds: ['image'],
  },
  coupon: {
    required: ['title', 'url', 'batchId'],
    optional: ['description'],
    source: ['pictureUrl'],
    sourceOptional: true,
    fileKinds: [],
  },
};
const FIELDS: readonly Field[] = [
  'fileId',
  'mediaId',
  'pictureUrl',
  'title',
  'url',
  'description',
  'appId',
  'page',
  'batchId',
];
/** Page 92137, in bytes of UTF-8. */
const BYTES_MAX: Partial<Record<Field, number>> = { url: 2048, pictureUrl: 2048, description: 512 };
/** The code is longer than the place that it takes. */
const COUPON_URL_BYTES_MAX = 2000;
const TITLE_BYTES_MAX = { link: 128, miniprogram: 64 };

/** Why WeCom would refuse it; undefined when it would not. */
export function findFault(attachment: Attachment): AttachmentFault | undefined {
  const { required, optional, source, sourceOptional } = SHAPES[attachment.kind];
  const given = FIELDS.filter((field) => attachment[field] !== undefined);
  const foreign = given.find((field) => ![...required, ...optional, ...source].includes(field));
  if (foreign) return { field: foreign, problem: 'not_allowed' };
  const missing = required.find((field) => attachment[field] === undefined);
  if (missing) return { field: missing, problem: 'required' };
  const sources = given.filter((field) => source.includes(field));
  if (sources.length > 1 || (sources.length === 0 && !sourceOptional)) {
    return { field: sources[1] ?? 'fileId', problem: 'one_of' };
  }
  if (attachment.kind === 'coupon' && !attachment.url?.includes(CLAIM_CODE_PLACE)) {
    return { field: 'url', problem: 'no_code' };
  }
  const long = given.find(
    (field) => Buffer.byteLength(attachment[field] ?? '') > bytesMax(attachment.kind, field),
  );
  return long && { field: long, problem: 'too_long' };
}

export function mayUse(kind: AttachmentKind, file: FileKind): boolean {
  return SHAPES[kind].fileKinds.includes(file);
}

function bytesMax(kind: AttachmentKind, field: Field): number {
  if (kind === 'coupon' && field === 'url') return COUPON_URL_BYTES_MAX;
  if (field === 'title') return TITLE_BYTES_MAX[kind === 'miniprogram' ? 'miniprogram' : 'link'];
  return BYTES_MAX[field] ?? Number.POSITIVE_INFINITY;
}
