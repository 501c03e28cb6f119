import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { isCallbackPath } from '../auth/public-paths.js';
import { takesFile } from './file-body.js';
import { httpErrors } from './http.errors.js';

export const BODY_BYTES_MAX = 1_048_576;
declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the JSON as it came: what a repetition must send again. Absent without a body, and of a file. */
    bodyHash?: string;
  }
}

const DEPTH_MAX = 20;
const VALUES_MAX = 50_000;

/**
 * JSON for the API, and raw bytes for files and for callbacks, which WeCom sends with any content type or none. Anything
 * else is 415.
 * Depth and number of values are measured before parsing, so that a hostile body costs no more than its reading.
 */
export function installBodyParsers(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (request, body, done) => {
      if (isCallbackPath(request.url) || takesFile(request)) return done(null, body);
      if (body.length === 0) return done(null, undefined);
      const text = decode(body as Buffer); // reason: parseAs 'buffer' promises it
      if (text === undefined) return done(httpErrors.malformed_json());
      if (isTooComplex(text))
        return done(httpErrors.json_too_complex({ depthMax: DEPTH_MAX, valuesMax: VALUES_MAX }));
      request.bodyHash = hash('sha256', body);
      return parseJson(request, text, done);
    },
  );
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (request, body, done) => {
      if (isCallbackPath(request.url) || takesFile(request)) return done(null, body);
      return done(httpErrors.media_type_unsupported());
    },
  );
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined; // not UTF-8, which JSON must be
  }
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** One pass over the text outside strings. Broken JSON may be counted wrongly; the parser refuses it anyway. */
export function isTooComplex(text: string): boolean {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (letter === QUOTE) index = endOfString(text, index);
    else if (letter === OPEN_LIST || letter === OPEN_OBJECT) depth++;
    else if (letter === CLOSE_LIST || letter === CLOSE_OBJECT) depth--;
    else if (letter === COMMA || letter === COLON) values++;
    if (depth > DEPTH_MAX || values > VALUES_MAX) return true;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (letter === QUOTE) return index;
    if (letter === BACKSLASH) index++;
  }
  return text.length;
}
