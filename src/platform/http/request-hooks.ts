import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticator, keyTextOf } from '../auth/authenticator.js';
import { isCallbackPath, isPublicPath, isWorkerPath } from '../auth/public-paths.js';
import type { ProcessRole } from '../config/app-config.js';
import { type Actor, requestContext } from '../context/request-context.js';
import type { Metrics } from '../health/metrics.js';
import type { Readiness } from '../health/readiness.js';
import type { AppLogger } from '../logging/app-logger.js';
import type { AppError } from '../errors/app-error.js';
import { DOCS_PATH } from './docs.js';
import { asAppError } from './foreign-errors.js';
import { httpErrors } from './http.errors.js';
import { sendProblem } from './problem.filter.js';
import type { RateLimiter } from './rate-limit.js';

/** No browser may frame an answer, guess what it is, or tell others where it came from. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
/** Data for programs: nothing in it is shown or run. */
const HEADERS_OF_DATA = {
  ...HEADERS,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
/** Swagger UI comes from this server, and styles itself inline. */
const HEADERS_OF_DOCS = {
  ...HEADERS,
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
};

export interface RequestHookParts {
  readonly role: ProcessRole;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly log: AppLogger;
}

/**
 * What happens to every request before it reaches a route, also to those that reach none: a key is asked for, requests
 * are counted, and the request context is opened around all that follows.
 */
export function installRequestHooks(fastify: FastifyInstance, parts: RequestHookParts): void {
  fastify.decorateRequest('apiKey', undefined);
  fastify.decorateRequest('endpoint', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    const isDocs = request.url.startsWith(DOCS_PATH);
    void reply.header('x-request-id', request.id).headers(isDocs ? HEADERS_OF_DOCS : HEADERS_OF_DATA);
    // WeCom sends any content type or none; one that is malformed would be refused before the route sees the body
    if (isCallbackPath(request.url)) delete request.raw.headers['content-type'];
    const goOn = (): void => requestContext.run({ requestId: request.id, actor: actorOf(request) }, done);
    const stop = (error: unknown): void => refuse(request, reply, asAppError(error), parts.log);
    const { pending, refusal } = admit(request, reply, parts);
    if (pending) pending.then(goOn, stop);
    else if (refusal) stop(refusal);
    else goOn();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // the server only closes connections that are idle when it stops; one kept alive after this answer would hold it up
    if (parts.readiness.isStopping()) void reply.header('connection', 'close');
    if (reply.getHeader('content-type') === 'text/html') void reply.type('text/html; charset=utf-8');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    record(request, reply, parts);
    done();
  });
}

/** Not by `done(error)`: that would find the error handler of the route, which is not ours for files of the documentation. */
function refuse(request: FastifyRequest, reply: FastifyReply, error: AppError, log: AppLogger): void {
  if (error.kind === 'internal' || error.kind === 'unavailable') {
    log.write('error', 'request failed', { requestId: request.id, error: error.cause ?? error });
  }
  sendProblem(reply, request, error);
}

interface Admission {
  /** There when the database had to be asked. */
  readonly pending?: Promise<void>;
  readonly refusal?: unknown;
}

/** Nearly always answered at once: a promise for each request would cost as much as all the rest of it. */
function admit(request: FastifyRequest, reply: FastifyReply, parts: RequestHookParts): Admission {
  try {
    if (parts.role === 'worker' && !isWorkerPath(request.url)) throw httpErrors.not_found();
    if (isPublicPath(request.url)) return {};
    const text = keyTextOf(request.headers.authorization, request.method);
    request.apiKey = parts.authenticator.recall(text);
    if (!request.apiKey) return { pending: admitByDatabase(text, request, reply, parts) };
    parts.limiter.count(request, reply);
    return {};
  } catch (refusal) {
    return { refusal };
  }
}

async function admitByDatabase(
  text: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  { authenticator, limiter }: RequestHookParts,
): Promise<void> {
  try {
    request.apiKey = await authenticator.authenticate(text);
  } catch (error) {
    limiter.count(request, reply); // by address: who guesses too often hears 429 instead
    throw error;
  }
  limiter.count(request, reply);
}

function actorOf({ apiKey }: FastifyRequest): Actor {
  if (!apiKey) return { kind: 'system', id: 'public', label: 'public' };
  return { kind: 'key', id: apiKey.publicId, label: apiKey.owner };
}

/** One line for each request: no address, no query, no body, and the pattern of the path instead of the path. */
function record(request: FastifyRequest, reply: FastifyReply, { metrics, log }: RequestHookParts): void {
  const operation = request.endpoint?.id ?? request.routeOptions.url ?? 'unmatched';
  const status = reply.statusCode;
  metrics.observeRequest(operation, status, reply.elapsedTime / 1000);
  // thousands of callbacks a minute would hide what an operator looks for; `wecom_callbacks_total` counts them
  log.write(isCallbackPath(request.url) && status < 400 ? 'debug' : 'info', 'request', {
    requestId: request.id,
    operation,
    method: request.method,
    status,
    ms: Math.round(reply.elapsedTime),
    ...(request.apiKey && { keyId: request.apiKey.publicId }),
  });
}
