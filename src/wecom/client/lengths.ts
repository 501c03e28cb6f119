import { wecomErrors } from '../wecom.errors.js';

/** WeCom's pages mix 字节 (UTF-8 bytes) and 字符 (characters); each field is checked in its own unit before sending. */
export function assertBytes(field: string, value: string | undefined, max: number): void {
  if (value !== undefined && Buffer.byteLength(value) > max) {
    throw wecomErrors.argument_too_long({ field, max, unit: 'bytes' });
  }
}

export function assertCharacters(field: string, value: string | undefined, max: number): void {
  if (value !== undefined && [...value].length > max) {
    throw wecomErrors.argument_too_long({ field, max, unit: 'characters' });
  }
}

export function assertItems(field: string, list: readonly unknown[] | undefined, max: number): void {
  if (list !== undefined && list.length > max) {
    throw wecomErrors.argument_too_long({ field, max, unit: 'items' });
  }
}
