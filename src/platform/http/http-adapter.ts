import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { UuidV7Ids } from '../clock/ids.js';
import type { AppSettings } from '../config/app-config.js';
import { asAppError } from './foreign-errors.js';
import { BODY_BYTES_MAX } from './json-body.js';
import { sendProblem } from './problem.filter.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;
const PATH_PARAM_LENGTH_MAX = 200;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify as this API needs it. Give it to `NestFactory.create(AppModule, createHttpAdapter(), { bodyParser: false })`. */
export function createHttpAdapter({ trustProxy }: Pick<AppSettings, 'trustProxy'> = {}): FastifyAdapter {
  const ids = new UuidV7Ids();
  return new FastifyAdapter({
    trustProxy: trustProxy ? [...trustProxy] : false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers['x-request-id']) ?? ids.next(),
    routerOptions: { maxParamLength: PATH_PARAM_LENGTH_MAX },
    return503OnClosing: false, // a request that still got in is answered; new connections are not taken any more
    // a malformed address never reaches the hooks, and so tells nobody more than that
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, request, asAppError(error)),
    clientErrorHandler: refuseBrokenRequest,
  });
}

/** The caller's id when it has a harmless form: it travels into logs and the audit trail. */
function requestIdOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : undefined;
}

/** What Node could not read as HTTP: there is no request to answer to, only a socket. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const body = JSON.stringify({
    type: 'urn:wecom-scrm:problem:http.malformed_request',
    title: 'The request is malformed',
    status: 400,
    code: 'http.malformed_request',
    retryable: false,
  });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
