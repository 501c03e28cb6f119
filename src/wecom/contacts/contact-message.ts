import { assertBytes, assertItems } from '../client/lengths.js';

const TEXT_MAX_BYTES = 4000;
const ATTACHMENTS_MAX = 9;

/** `mediaId`s come from MediaGateway.upload, `pictureUrl` of an image from MediaGateway.uploadImage. */
export type ContactAttachment =
  | { kind: 'image' | 'video' | 'file'; mediaId: string }
  | { kind: 'image'; pictureUrl: string }
  | { kind: 'link'; title: string; url: string; description?: string; pictureUrl?: string }
  | { kind: 'miniprogram'; title: string; coverMediaId: string; appId: string; page: string };

/** What a customer gets as a welcome (page 92137) or as a mass message (page 92135): the same form, the same limits. */
export interface ContactMessage {
  /** At most 4,000 bytes. Text and attachments must not both be missing. */
  text?: string;
  /** At most 9. */
  attachments?: ContactAttachment[];
}

/** @throws AppError wecom.argument_too_long */
export function contactMessageToWire({ text, attachments }: ContactMessage): object {
  assertBytes('text', text, TEXT_MAX_BYTES);
  assertItems('attachments', attachments, ATTACHMENTS_MAX);
  return {
    text: text === undefined ? undefined : { content: text },
    attachments: attachments?.map(toWire),
  };
}

function toWire(attachment: ContactAttachment): object {
  switch (attachment.kind) {
    case 'image':
      return {
        msgtype: 'image',
        image:
          'mediaId' in attachment ? { media_id: attachment.mediaId } : { pic_url: attachment.pictureUrl },
      };
    case 'link':
      return { msgtype: 'link', link: linkToWire(attachment) };
    case 'miniprogram':
      assertBytes('title', attachment.title, 64);
      return {
        msgtype: 'miniprogram',
        miniprogram: {
          title: attachment.title,
          pic_media_id: attachment.coverMediaId,
          appid: attachment.appId,
          page: attachment.page,
        },
      };
    case 'video':
      return { msgtype: 'video', video: { media_id: attachment.mediaId } };
    case 'file':
      return { msgtype: 'file', file: { media_id: attachment.mediaId } };
  }
}

function linkToWire(link: Extract<ContactAttachment, { kind: 'link' }>): object {
  assertBytes('title', link.title, 128);
  assertBytes('description', link.description, 512);
  assertBytes('url', link.url, 2048);
  assertBytes('pictureUrl', link.pictureUrl, 2048);
  return { title: link.title, url: link.url, desc: link.description, picurl: link.pictureUrl };
}
