import { randomBytes } from 'node:crypto';
import { CODE_BYTES, codeOf, normaliseCode, spellCode } from './code.js';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODES = 20_000;
const make = () => codeOf(randomBytes(CODE_BYTES));
const bitsOf = (code: string) =>
  Array.from(code.slice(0, -1)).flatMap((symbol) =>
    [...SYMBOLS.indexOf(symbol).toString(2).padStart(5, '0')].map(Number),
  );

describe('a code', () => {
  it('is sixteen symbols of Crockford and a check symbol, which carry every bit that was drawn', () => {
    expect(codeOf(new Uint8Array(CODE_BYTES))).toBe('00000000000000000');
    expect(codeOf(new Uint8Array(CODE_BYTES).fill(255)).slice(0, -1)).toBe('Z'.repeat(16));
    const drawn = randomBytes(CODE_BYTES);
    const bits = [...drawn].flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map(Number));
    expect(bitsOf(codeOf(drawn))).toEqual(bits);
  });

  // 6.5 standard deviations: one run in a hundred million is unlucky
  it('has 80 bits of which none is more often set than not, nor follows the one before it', () => {
    const codes = Array.from({ length: CODES }, make);
    expect(new Set(codes).size).toBe(CODES);
    const set = Array.from({ length: 80 }, () => 0);
    const changed = Array.from({ length: 79 }, () => 0);
    for (const code of codes) {
      const bits = bitsOf(code);
      bits.forEach((bit, at) => (set[at]! += bit));
      changed.forEach((_, at) => (changed[at]! += bits[at]! ^ bits[at + 1]!));
    }
    const far = 6.5 * Math.sqrt(CODES / 4);
    for (const count of [...set, ...changed]) expect(Math.abs(count - CODES / 2)).toBeLessThan(far);
  });

  it('is understood as people write it', () => {
    const code = codeOf(Buffer.from('000102030405060708ff', 'hex'));
    expect(normaliseCode(code)).toBe(code);
    expect(normaliseCode(` ${spellCode(code).toLowerCase()} `)).toBe(code);
    expect(normaliseCode(code.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(code);
    for (const wrong of ['', code.slice(1), `${code}0`, code.replace('2', 'U'), '券'.repeat(17)])
      expect(normaliseCode(wrong)).toBeUndefined();
  });

  it('shows each wrong symbol and each swap of two neighbours', () => {
    for (const code of Array.from({ length: 50 }, make)) {
      const symbols = [...code];
      const wrong = symbols.slice(0, -1).flatMap((symbol, at) => {
        const others = [...SYMBOLS]
          .filter((other) => other !== symbol)
          .map((other) => symbols.with(at, other));
        const next = symbols[at + 1]!;
        return at < 15 && next !== symbol ? [...others, symbols.with(at, next).with(at + 1, symbol)] : others;
      });
      expect(wrong.filter((one) => normaliseCode(one.join('')) !== undefined)).toEqual([]);
    }
  });
});
