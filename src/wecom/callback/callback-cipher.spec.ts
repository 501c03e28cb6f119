import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { AppError } from '../../platform/errors/app-error.js';
import { encrypt, encryptFrame, pad } from '../../../test/support/wecom-envelope.js';
import { openEnvelope, sameText, signatureOf } from './callback-cipher.js';

interface Vector {
  id: string;
  token: string;
  encodingAesKey: string;
  receiveId: string;
  timestamp: string;
  nonce: string;
  randomHex: string;
  plaintext: string | null;
  encrypt: string;
  msgSignature: string;
  expect: 'OK' | 'REJECT_SIGNATURE' | 'REJECT_RECEIVEID' | 'REJECT_CIPHERTEXT';
}

const file = path.join(import.meta.dirname, '../../../test/fixtures/wecom/crypto-vectors.json');
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };
const AES_KEY = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** What the receiver does, in its order, as one of the outcomes that the vectors name. */
function outcomeOf(vector: Vector): { outcome: string; message?: string } {
  const signature = signatureOf(vector.token, vector.timestamp, vector.nonce, vector.encrypt);
  if (!sameText(signature, vector.msgSignature)) return { outcome: 'REJECT_SIGNATURE' };
  if (codeOf(() => openEnvelope(vector.encodingAesKey, vector.encrypt)) === 'wecom.callback_malformed') {
    return { outcome: 'REJECT_CIPHERTEXT' };
  }
  const { message, receiveId } = openEnvelope(vector.encodingAesKey, vector.encrypt);
  if (!receiveId.equals(Buffer.from(vector.receiveId))) return { outcome: 'REJECT_RECEIVEID' };
  return { outcome: 'OK', message: message.toString('utf8') };
}

describe('vectors of the vendor', () => {
  it('are all eight', () => {
    expect(vectors).toHaveLength(8);
  });

  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    const { outcome, message } = outcomeOf(vector);
    expect(outcome).toBe(vector.expect);
    if (vector.expect !== 'OK') return;
    expect(message).toBe(vector.plaintext);
    const random = Buffer.from(vector.randomHex, 'hex');
    expect(encrypt(vector.encodingAesKey, vector.plaintext ?? '', vector.receiveId, random)).toBe(
      vector.encrypt,
    );
  });
});

describe('openEnvelope', () => {
  const key = Buffer.from(`${AES_KEY}=`, 'base64');
  const refused = (frame: Buffer) => codeOf(() => openEnvelope(AES_KEY, encryptFrame(key, frame)));

  it('opens whatever was sealed, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ maxLength: 64, unit: 'grapheme' }),
        (bytes, id) => {
          const opened = openEnvelope(AES_KEY, encrypt(AES_KEY, Buffer.from(bytes), id));
          expect(opened.message.equals(Buffer.from(bytes))).toBe(true);
          expect(opened.receiveId.toString('utf8')).toBe(id);
        },
      ),
    );
  });

  it('opens the empty message, which is legal', () => {
    expect(openEnvelope(AES_KEY, encrypt(AES_KEY, '', 'ww1')).message).toHaveLength(0);
  });

  it('refuses a frame that is too short, and a length beyond its end', () => {
    expect(refused(pad(Buffer.alloc(19)))).toBe('wecom.callback_malformed');
    const frame = Buffer.alloc(24);
    frame.writeUInt32BE(5, 16);
    expect(refused(pad(frame))).toBe('wecom.callback_malformed');
    frame.writeUInt32BE(0xffffffff, 16);
    expect(refused(pad(frame))).toBe('wecom.callback_malformed');
  });

  it('refuses a pad of 0, of 33 and of unequal bytes', () => {
    for (const last of [0, 33, 255]) {
      const frame = Buffer.alloc(32);
      frame[31] = last;
      expect(refused(frame)).toBe('wecom.callback_malformed');
    }
    const uneven = pad(Buffer.alloc(24));
    uneven[30] = 7;
    expect(refused(uneven)).toBe('wecom.callback_malformed');
  });

  it('never throws anything but its refusal, whatever the text and the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ minLength: 32, maxLength: 96 })),
        (input) => {
          const text = typeof input === 'string' ? input : Buffer.from(input).toString('base64');
          expect([undefined, 'wecom.callback_malformed']).toContain(
            codeOf(() => openEnvelope(AES_KEY, text)),
          );
        },
      ),
    );
  });
});

describe('sameText', () => {
  it('knows texts of equal and of different length', () => {
    expect(sameText('abc', 'abc')).toBe(true);
    expect(sameText('abc', 'abd')).toBe(false);
    expect(sameText('abc', 'ab')).toBe(false);
    expect(sameText('abc', '')).toBe(false);
  });
});
