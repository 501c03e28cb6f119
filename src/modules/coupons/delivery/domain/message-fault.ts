import type { ContactAttachment } from '../../../../wecom/index.js';

export const ANNOUNCEMENT_ATTACHMENT_KINDS = ['link', 'miniprogram', 'image'] as const;

/** As an author gives it; which fields belong to which kind says `findMessageFault`. */
export interface AttachmentOrder {
  readonly kind: (typeof ANNOUNCEMENT_ATTACHMENT_KINDS)[number];
  readonly title?: string;
  readonly url?: string;
  readonly description?: string;
  readonly pictureUrl?: string;
  readonly mediaId?: string;
  readonly appId?: string;
  readonly page?: string;
}

type Field = Exclude<keyof AttachmentOrder, 'kind'>;
const FIELDS: readonly Field[] = ['title', 'url', 'description', 'pictureUrl', 'mediaId', 'appId', 'page'];

/** Pages 92135 and 92137; an image is named by one of the two. */
const SHAPES: Readonly<
  Record<AttachmentOrder['kind'], { needed: readonly Field[]; allowed: readonly Field[] }>
> = {
  link: { needed: ['title', 'url'], allowed: ['title', 'url', 'description', 'pictureUrl'] },
  miniprogram: {
    needed: ['title', 'mediaId', 'appId', 'page'],
    allowed: ['title', 'mediaId', 'appId', 'page'],
  },
  image: { needed: [], allowed: ['mediaId', 'pictureUrl'] },
};
/** In bytes of UTF-8. */
const TEXT_MAX = 4000;
const BYTES_MAX: Partial<Record<Field, number>> = { url: 2048, pictureUrl: 2048, description: 512 };
const TITLE_MAX = { link: 128, miniprogram: 64, image: 0 };

/** The field for which WeCom would refuse it; undefined when it would not. */
export function findMessageFault(message: {
  text?: string;
  attachments: readonly AttachmentOrder[];
}): string | undefined {
  const { text, attachments } = message;
  if ((text === undefined || text.trim() === '') && attachments.length === 0) return 'text';
  if (Buffer.byteLength(text ?? '') > TEXT_MAX) return 'text';
  for (const [index, attachment] of attachments.entries()) {
    const field = faultOf(attachment);
    if (field) return `attachments[${index}].${field}`;
  }
  return undefined;
}

function faultOf(attachment: AttachmentOrder): Field | undefined {
  const { kind } = attachment;
  const { needed, allowed } = SHAPES[kind];
  const given = FIELDS.filter((field) => attachment[field] !== undefined);
  if (kind === 'image' && given.length !== 1) return 'mediaId';
  const bytesMax = (field: Field) => (field === 'title' ? TITLE_MAX[kind] : (BYTES_MAX[field] ?? Infinity));
  return (
    needed.find((field) => !attachment[field]) ??
    given.find((field) => !allowed.includes(field)) ??
    given.find((field) => Buffer.byteLength(attachment[field] ?? '') > bytesMax(field))
  );
}

/** Of one without a fault. */
export function toContactAttachment(order: AttachmentOrder): ContactAttachment {
  const { kind, title = '', url = '', description, pictureUrl, mediaId = '', appId = '', page = '' } = order;
  switch (kind) {
    case 'link':
      return { kind, title, url, ...(description && { description }), ...(pictureUrl && { pictureUrl }) };
    case 'miniprogram':
      return { kind, title, coverMediaId: mediaId, appId, page };
    case 'image':
      return pictureUrl === undefined ? { kind, mediaId } : { kind, pictureUrl };
  }
}
