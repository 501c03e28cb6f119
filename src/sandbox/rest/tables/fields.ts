import { integer, object, objects, text, type FieldRule } from '../field-rules.js';

const USER_ID = /^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$/;
/** 1-64 bytes, letters, digits and _-@. (rest-api.md section 1). */
export const userId = (missing: true | number): FieldRule =>
  text('userid', { required: missing, pattern: USER_ID, code: 40003 });
export const externalUserId = text('external_userid', { required: 41035 });
/** `order` of tags: larger comes first (page 92117). */
export const ORDER = { min: 0, max: 2 ** 32 - 1 };
export const cursor = text('cursor');
/** On lists where one above the maximum falls back to the default (pages 93333, 93338), so no bound refuses it. */
export const unboundedLimit = integer('limit');

const ATTACHMENT_KINDS = /^(image|link|miniprogram|video|file)$/;
/** Text and attachments of a welcome or a mass message (customer-contact.md section 1.1). */
export const contentFields: readonly FieldRule[] = [
  object('text'),
  text('text.content', { maxBytes: 4000, code: 45002 }),
  objects('attachments', { maxItems: 9, code: 41064 }),
  text('attachments[].msgtype', { required: 41065, pattern: ATTACHMENT_KINDS, code: 41065 }),
  text('attachments[].link.title', { required: true, maxBytes: 128 }),
  text('attachments[].link.desc', { maxBytes: 512 }),
  text('attachments[].link.url', { required: true, maxBytes: 2048 }),
  text('attachments[].link.picurl', { maxBytes: 2048 }),
  text('attachments[].miniprogram.title', { required: true, maxBytes: 64 }),
  text('attachments[].miniprogram.appid', { required: true }),
  text('attachments[].miniprogram.page', { required: true }),
  text('attachments[].miniprogram.pic_media_id', { required: true }),
];
