import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../../../platform/clock/clock.js';
import type { AppError } from '../../../platform/errors/app-error.js';
import { asAppError } from '../../../platform/http/foreign-errors.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { sendProblem } from '../../../platform/http/problem.filter.js';
import { AppLogger } from '../../../platform/logging/app-logger.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { CallbackRequest } from '../callback-opener.js';
import { CallbackReceiver } from '../callback-receiver.js';
import { UnansweredCallbacks } from './unanswered-callbacks.js';

export const CALLBACK_BODY_BYTES_MAX = 1024 * 1024;
const PATH = '/callbacks/wecom/:placeId';

declare module 'fastify' {
  interface FastifyRequest {
    /** When the head of a callback arrived: a slow body must not age it. */
    arrivedAt?: Date;
  }
}

/**
 * The two routes that WeCom calls, in a Fastify scope of their own: bodies are raw bytes under any content type or none,
 * which no other route may have. Registers itself while Nest initialises, so after the hooks of the server and before it is ready.
 */
@Injectable()
export class CallbackRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly receiver: CallbackReceiver,
    private readonly unanswered: UnansweredCallbacks,
    private readonly clock: Clock,
    private readonly log: AppLogger,
  ) {}

  onModuleInit(): void {
    const adapter: HttpAdapterHost['httpAdapter'] | undefined = this.host.httpAdapter; // none where nothing listens
    const fastify = adapter?.getInstance<FastifyInstance>();
    // not awaited: that would boot Fastify, and routes that come later would keep its own error handler
    void fastify?.register(async (scope) => this.install(scope));
  }

  private install(scope: FastifyInstance): void {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.decorateRequest('arrivedAt', undefined);
    scope.addHook('onRequest', (request, _reply, done) => {
      request.arrivedAt = this.clock.now();
      done();
    });
    scope.setErrorHandler((thrown, request, reply) => {
      const error = this.refusalOf(thrown, request);
      if (!isOurFault(error) || request.method !== 'POST') return sendProblem(reply, request, error);
      reply.hijack();
      this.unanswered.hold(reply.raw, reply.elapsedTime);
    });
    scope.get(PATH, async (request, reply) => {
      const answer = await this.receiver.verifyUrl(this.callbackOf(request));
      return reply.header('content-type', 'text/plain').send(answer);
    });
    scope.post(PATH, { bodyLimit: CALLBACK_BODY_BYTES_MAX }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await this.receiver.receive(this.callbackOf(request), body);
      return reply.header('content-type', 'text/plain').send('success');
    });
  }

  private refusalOf(thrown: unknown, request: FastifyRequest): AppError {
    const error = asAppError(thrown);
    if (error.code === httpErrors.body_too_large.code) return wecomErrors.callback_too_large();
    if (isOurFault(error)) {
      this.log.write('error', 'a callback was not stored', {
        requestId: request.id,
        error: error.cause ?? error,
      });
    }
    return error;
  }

  private callbackOf(request: FastifyRequest): CallbackRequest {
    const { placeId } = request.params as { placeId: string }; // reason: PATH names it
    const query = request.query as Record<string, unknown>; // reason: Fastify knows no schema here
    return { placeId, query, arrivedAt: request.arrivedAt ?? this.clock.now() };
  }
}

function isOurFault({ kind }: AppError): boolean {
  return kind === 'internal' || kind === 'unavailable';
}
