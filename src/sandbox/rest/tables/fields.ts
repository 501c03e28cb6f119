import { text, type FieldRule } from '../field-rules.js';

const USER_ID = /^[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}$/;
/** 1-64 bytes, letters, digits and _-@. (rest-api.md section 1). */
export const userId = (missing: true | number): FieldRule =>
  text('userid', { required: missing, pattern: USER_ID, code: 40003 });
export const externalUserId = text('external_userid', { required: 41035 });
/** `order` of tags: larger comes first (page 92117). */
export const ORDER = { min: 0, max: 2 ** 32 - 1 };
export const cursor = text('cursor');
