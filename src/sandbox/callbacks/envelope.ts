import { randomInt } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';
import type { Delivery, EnvelopeOptions } from '../sandbox.types.js';
import type { CallbackSetting } from '../world/corp.types.js';
import type { Place } from './places.js';

export interface Envelope {
  url: URL;
  body: string;
}

/** A new timestamp, nonce and ciphertext at each call (callbacks.md 1.3 and 1.4). */
export function seal(
  { corpId, xml }: Pick<Delivery, 'corpId' | 'xml'>,
  app: Place,
  callback: CallbackSetting,
  form: EnvelopeOptions,
  nowMs: number,
): Envelope {
  const encrypted = encrypt(callback.encodingAesKey, xml, corpId);
  const timestamp = String(Math.floor(nowMs / 1000) + (form.timestampOffsetS ?? 0));
  const nonce = String(randomInt(2 ** 47));
  const url = new URL(callback.url);
  url.searchParams.set('msg_signature', getSignature(callback.token, timestamp, nonce, encrypted));
  url.searchParams.set('timestamp', timestamp);
  url.searchParams.set('nonce', nonce);
  // Empty for the directory assistant, the archive and suites (callbacks.md 1.3).
  const agentId = app.kind === 'app' ? String(app.agentId) : '';
  const body = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[${agentId}]]></AgentID></xml>`;
  return { url, body };
}
