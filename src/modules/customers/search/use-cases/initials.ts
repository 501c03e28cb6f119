import { pinyin } from 'pinyin-pro';

const HAN = /\p{Script=Han}/u;

/**
 * The pinyin initials of a normalised name, other letters as they are: 张三 → zs. A character with several readings has
 * that of its word, and at the head of a name that of the surname (单 shan, in a word dan): both are given where they
 * differ, because a nickname may begin like a surname.
 */
export function initialsOf(name: string): string[] {
  if (!HAN.test(name)) return [];
  const spell = (surname: 'head' | 'off'): string =>
    pinyin(name, { pattern: 'first', type: 'array', toneType: 'none', surname }).join('');
  return [...new Set([spell('head'), spell('off')])];
}
