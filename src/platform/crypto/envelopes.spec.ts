import fc from 'fast-check';
import { Envelopes, type EnvelopePlace, keyIdOf } from './envelopes.js';
import { MasterKeys } from './master-keys.js';

const keyA = `a:${Buffer.alloc(32, 'a').toString('base64')}`;
const keyB = `b:${Buffer.alloc(32, 'b').toString('base64')}`;
const envelopesOf = (masterKeys: string) =>
  new Envelopes(MasterKeys.load({ masterKeys, dataDir: '/nonexistent' }));
const envelopes = envelopesOf(keyA);
const place: EnvelopePlace = {
  corpId: 'corp-1',
  table: 'wecom.apps',
  column: 'secret_sealed',
  rowId: 'row-1',
};
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 400 }));
const refused = { code: 'crypto.envelope_refused' };

describe('envelopes', () => {
  it('give back any text, and never the same envelope twice', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sealed = envelopes.seal(text, place);
        expect(envelopes.open(sealed, place)).toBe(text);
        expect(envelopes.seal(text, place)).not.toBe(sealed);
        expect(sealed).toMatch(/^v1\.a\.[\w-]{16}\.[\w-]+$/);
      }),
    );
  });

  it('refuse any other character at any position', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n';
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(alphabet.length - 1), (text, at, letter) => {
        const sealed = envelopes.seal(text, place);
        const position = at % sealed.length;
        const other = alphabet[letter] ?? '';
        fc.pre(sealed[position] !== other);
        const changed = sealed.slice(0, position) + other + sealed.slice(position + 1);
        expect(() => envelopes.open(changed, place)).toThrow(
          expect.objectContaining({
            code: expect.stringMatching(/^crypto\.(envelope_refused|key_missing)$/),
          }),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('refuse every other spelling of the last characters, which base64 would read as the same bytes', () => {
    const sealed = envelopes.seal('12', place); // 18 bytes fill 24 characters; 1 byte less leaves unused bits
    const loose = envelopes.seal('1', place);
    expect(envelopes.open(sealed, place)).toBe('12');
    const last = loose.at(-1) ?? '';
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (letter !== last)
        expect(() => envelopes.open(loose.slice(0, -1) + letter, place)).toThrow(
          expect.objectContaining(refused),
        );
    }
  });

  it('refuse any truncation', () => {
    const sealed = envelopes.seal('a secret', place);
    for (let length = 0; length < sealed.length; length++) {
      expect(() => envelopes.open(sealed.slice(0, length), place)).toThrow(expect.objectContaining(refused));
    }
  });

  it('refuse another corp, table, column or row', () => {
    const part = fc.constantFrom<keyof EnvelopePlace>('corpId', 'table', 'column', 'rowId');
    fc.assert(
      fc.property(anyText, part, fc.string({ minLength: 1 }), (text, changed, value) => {
        fc.pre(place[changed] !== value);
        const sealed = envelopes.seal(text, place);
        expect(() => envelopes.open(sealed, { ...place, [changed]: value })).toThrow(
          expect.objectContaining(refused),
        );
      }),
    );
  });

  it('keep the parts of the place apart', () => {
    const sealed = envelopes.seal('text', { ...place, table: 'a|b', column: 'c' });
    expect(() => envelopes.open(sealed, { ...place, table: 'a', column: 'b|c' })).toThrow(
      expect.objectContaining(refused),
    );
  });

  it('seal with the first key, open with all, and name the key that is missing', () => {
    const old = envelopesOf(keyA).seal('text', place);
    const both = envelopesOf(`${keyB},${keyA}`);
    expect(both.open(old, place)).toBe('text');
    expect(keyIdOf(both.seal('text', place))).toBe('b');
    expect(() => envelopesOf(keyB).open(old, place)).toThrow(
      expect.objectContaining({ code: 'crypto.key_missing', params: { keyId: 'a' } }),
    );
  });

  it('refuse the same key id with another key', () => {
    const sealed = envelopesOf(keyA).seal('text', place);
    const impostor = envelopesOf(keyB.replace('b:', 'a:'));
    expect(() => impostor.open(sealed, place)).toThrow(expect.objectContaining(refused));
  });

  it('say nothing of text or key in an error', () => {
    const sealed = envelopes.seal('canary-text', place);
    try {
      envelopes.open(`${sealed}AAAA`, place);
      throw new Error('opened');
    } catch (error) {
      const shown = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`;
      expect(shown).not.toMatch(/canary-text|YWFhYWFh/);
      expect(shown).not.toContain(sealed.slice(-20));
    }
  });

  it('refuse text that UTF-8 would change', () => {
    expect(() => envelopes.seal('a\ud800b', place)).toThrow('well-formed');
  });
});
