import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** What WeCom does before it calls us: the encrypting direction, which production never needs. */
export interface CallbackPair {
  token: string;
  encodingAesKey: string;
}

export function encrypt(
  encodingAesKey: string,
  message: string | Buffer,
  receiveId: string,
  random = randomBytes(16),
): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const content = Buffer.from(message as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return encryptFrame(key, pad(Buffer.concat([random, length, content, Buffer.from(receiveId)])));
}

/** Any bytes, padded or not, for ciphertexts that no honest sender makes. */
export function encryptFrame(key: Buffer, frame: Buffer): string {
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(frame), cipher.final()]).toString('base64');
}

export function pad(frame: Buffer): Buffer {
  const count = 32 - (frame.length % 32);
  return Buffer.concat([frame, Buffer.alloc(count, count)]);
}

export function sign(token: string, timestamp: string, nonce: string, encrypted: string): string {
  const parts = [token, timestamp, nonce, encrypted].sort();
  return createHash('sha1').update(parts.join('')).digest('hex');
}

export interface SignedRequest {
  /** With the leading question mark. */
  search: string;
  body: string;
}

/** A callback as WeCom sends it. */
export function signedCallback(
  pair: CallbackPair,
  xml: string | Buffer,
  options: { receiveId: string; at: Date; nonce?: string; ciphertext?: string },
): SignedRequest {
  const encrypted = options.ciphertext ?? encrypt(pair.encodingAesKey, xml, options.receiveId);
  const timestamp = String(Math.floor(options.at.getTime() / 1000));
  const nonce = options.nonce ?? '1372623149';
  const query = new URLSearchParams({
    msg_signature: sign(pair.token, timestamp, nonce, encrypted),
    timestamp,
    nonce,
  });
  return { search: `?${query.toString()}`, body: envelopeOf(encrypted, options.receiveId) };
}

export function envelopeOf(encrypted: string, toUserName = 'ww9a1c2e3f4b5d6071'): string {
  return `<xml><ToUserName><![CDATA[${toUserName}]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
}
