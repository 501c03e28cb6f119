import { isObject, type Json } from './field-rules.js';
import { WecomError } from './wecom-error.js';

const BYTES_MAX = 2 * 1024 * 1024;

/** UTF-8 JSON object, whatever the content type says; anything sloppy is 40058. */
export function readJsonBody(body: Buffer): Json {
  if (body.length > BYTES_MAX) throw new WecomError(40206);
  let parsed: unknown;
  try {
    const text = new TextDecoder('utf8', { fatal: true }).decode(body);
    refuseEscapes(text);
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof WecomError) throw error;
    throw new WecomError(40058, 'Warning: wrong json format. invalid Request Parameter');
  }
  if (!isObject(parsed)) throw new WecomError(40058, 'Warning: wrong json format. invalid Request Parameter');
  return parsed;
}

/** Escapes that name no character: halves of a surrogate pair and control characters (40033). */
function refuseEscapes(text: string): void {
  const half = /\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})/;
  if (half.test(text) || /\\u00[01][0-9a-fA-F]/.test(text)) throw new WecomError(40033, 'invalid charset');
}
