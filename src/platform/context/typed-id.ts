/** Our own id of a connected WeCom corp, the tenant. Not WeCom's `corpid`. */
export type CorpId = string & { readonly __corpId: unique symbol };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LETTERS = [...'0123456789abcdefghjkmnpqrstvwxyz'];
/** Two letters for ten bits. */
const PAIRS = LETTERS.flatMap((high) => LETTERS.map((low) => high + low));
const GROUP = 5;
/** The first letter holds three bits only. */
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
/** What a letter is worth, by its character code. */
const WORTH = new Uint8Array(128);
for (const [worth, letter] of LETTERS.entries()) WORTH[letter.charCodeAt(0)] = worth;
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

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

/** The UUID of a public id of the given kind, or undefined when the text is not one. A bulk call names a thousand. */
export function parsePublicId(prefix: string, text: string): string | undefined {
  const suffix = text.slice(prefix.length + 1);
  if (!text.startsWith(`${prefix}_`) || !SUFFIX.test(suffix)) return undefined;
  let hex = '';
  let bits = 0;
  let held = -2; // in front there are two bits more than a UUID has
  for (let at = 0; at < suffix.length; at++) {
    bits = (bits << 5) | (WORTH[suffix.charCodeAt(at)] ?? 0);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    hex += BYTES[bits >> held];
    bits &= (1 << held) - 1;
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
