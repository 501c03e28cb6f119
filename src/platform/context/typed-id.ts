import { TypeID } from 'typeid-js';

/** Our own id of a connected WeCom corp, the tenant. Not WeCom's `corpid`. */
export type CorpId = string & { readonly __corpId: unique symbol };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LETTERS = [...'0123456789abcdefghjkmnpqrstvwxyz'];
/** Two letters for ten bits. */
const PAIRS = LETTERS.flatMap((high) => LETTERS.map((low) => high + low));
const GROUP = 5;

/**
 * Inside the system an id is a UUID; outside it is a TypeID such as `cus_01jd…`, which names its kind. Written out here:
 * a page shows hundreds of them, and the library takes five times as long for one (bench `profile-page`).
 */
export function toPublicId(prefix: string, uuid: string): string {
  if (!UUID.test(uuid)) throw new Error('not a UUID');
  const hex = uuid.replaceAll('-', '');
  // 26 letters hold two bits more than a UUID has, in front: one byte is the first two letters, five digits are four
  let text = `${prefix}_${PAIRS[Number.parseInt(hex.slice(0, 2), 16)]}`;
  for (let at = 2; at < hex.length; at += GROUP) {
    const bits = Number.parseInt(hex.slice(at, at + GROUP), 16);
    text += `${PAIRS[bits >> 10]}${PAIRS[bits & 1023]}`;
  }
  return text;
}

/** The UUID of a public id of the given kind, or undefined when the text is not one. */
export function parsePublicId(prefix: string, text: string): string | undefined {
  try {
    return TypeID.fromString(text, prefix).toUUID();
  } catch {
    return undefined; // the library throws on a wrong prefix, length or letter; all mean the same here
  }
}
