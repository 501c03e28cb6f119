/** Crockford's alphabet: no I, L, O, U, so nobody reads a code wrong; the five behind it are check symbols only. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK_SYMBOLS = `${SYMBOLS}*~$=U`;
const BITS_PER_SYMBOL = 5;
/** 80 random bits. */
export const CODE_BYTES = 10;
const SYMBOLS_PER_CODE = (CODE_BYTES * 8) / BITS_PER_SYMBOL;
const CODE_LENGTH = SYMBOLS_PER_CODE + 1;
/** A letter that a person may have written for a digit. */
const MEANT: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/** Sixteen symbols and the check symbol, as it is stored and hashed. @param random CODE_BYTES of them. */
export function codeOf(random: Uint8Array): string {
  let symbols = '';
  let rest = 0;
  let held = 0;
  let bits = 0;
  for (const byte of random) {
    rest = (rest * 256 + byte) % CHECK_SYMBOLS.length;
    held = (held << 8) | byte;
    for (bits += 8; bits >= BITS_PER_SYMBOL;) {
      bits -= BITS_PER_SYMBOL;
      symbols += SYMBOLS[held >> bits];
      held &= (1 << bits) - 1;
    }
  }
  return symbols + (CHECK_SYMBOLS[rest] ?? '');
}

/**
 * What somebody typed or scanned as the code he meant: spaces, hyphens and small letters do not matter, O is 0, I and L are 1.
 * @returns undefined when it is no code of ours: the check symbol finds every wrong letter and every swap of two neighbours,
 *   so a slip of the finger neither asks the database nor counts as a guess.
 */
export function normaliseCode(text: string): string | undefined {
  const code = [...text.toUpperCase().replaceAll(/[\s-]/g, '')];
  const check = code.pop();
  if (code.length !== CODE_LENGTH - 1 || check === undefined) return undefined;
  const values = code.map((letter) => SYMBOLS.indexOf(MEANT[letter] ?? letter));
  if (values.includes(-1)) return undefined;
  const remainder = values.reduce((sum, value) => (sum * 32 + value) % 37, 0);
  const wanted = CHECK_SYMBOLS[remainder];
  if (wanted !== (MEANT[check] ?? check)) return undefined;
  return `${values.map((value) => SYMBOLS[value]).join('')}${wanted}`;
}

/** In groups of four, as people read it: `7ZQ4-M1XK-0D9H-8RTB-W`. */
export function spellCode(code: string): string {
  return code.replaceAll(/(.{4})(?=.)/g, '$1-');
}
