import { randomBytes, randomInt } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';
import type { CallbackForm, SaveResult } from '../sandbox.types.js';
import { requestUrl, type OutAnswer } from './http-out.js';

/** Saving in the console asks the URL at once; the answer must be the decrypted echostr within 1 s (callbacks.md 1.2). */
const ANSWER_MS = 1000;

export async function verifyCallbackUrl(
  form: CallbackForm,
  corpId: string,
  nowMs: number,
): Promise<SaveResult> {
  const url = URL.canParse(form.url) ? new URL(form.url) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    return refused('the URL is not an http(s) address', 'URL 不是有效的 http(s) 地址');
  if (!/^[A-Za-z0-9]{1,32}$/.test(form.token)) {
    return refused('Token must be 1-32 letters and digits', 'Token 须为 1 到 32 位字母或数字');
  }
  if (!/^[A-Za-z0-9]{43}$/.test(form.encodingAesKey)) {
    return refused(
      'EncodingAESKey must be exactly 43 letters and digits',
      'EncodingAESKey 须为 43 位字母或数字',
    );
  }
  const echo = String(randomInt(2 ** 47)) + randomBytes(4).readUInt32BE(0);
  signQuery(url, form, encrypt(form.encodingAesKey, echo, corpId), nowMs);
  let answer: OutAnswer;
  try {
    answer = await requestUrl(url, { method: 'GET', timeoutMs: ANSWER_MS });
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unknown';
    return refused(`the URL did not answer within 1 s (${detail})`, `回调地址未在 1 秒内响应（${detail}）`);
  }
  if (answer.status !== 200) {
    return refused(`the URL answered HTTP ${answer.status}`, `回调地址返回 HTTP ${answer.status}`);
  }
  if (!answer.body.equals(Buffer.from(echo))) {
    return refused(
      'the answer is not the decrypted echostr, byte for byte',
      '响应内容与解密后的 echostr 不完全一致',
    );
  }
  return { saved: true };
}

function signQuery(url: URL, form: CallbackForm, echostr: string, nowMs: number): void {
  const timestamp = String(Math.floor(nowMs / 1000));
  const nonce = String(randomInt(2 ** 47));
  url.searchParams.set('msg_signature', getSignature(form.token, timestamp, nonce, echostr));
  url.searchParams.set('timestamp', timestamp);
  url.searchParams.set('nonce', nonce);
  url.searchParams.set('echostr', echostr);
}

function refused(en: string, zh: string): SaveResult {
  return { saved: false, reason: { en, zh } };
}
