import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../errors/app-error.js';
import { AppLogger } from '../logging/app-logger.js';
import { asAppError } from './foreign-errors.js';
import { httpErrors } from './http.errors.js';
import { languageOf } from './languages.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';
import { RouteTable } from './route-table.js';
import { ValidationError } from './validation-error.js';

const RETRY_AFTER_SECONDS = 2;

/** Every error of every route leaves as problem+json: ours, the framework's, the database's and what nobody expected. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: AppLogger,
    private readonly routes: RouteTable,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.refine(asAppError(thrown), request);
    if (error.kind === 'internal' || error.kind === 'unavailable') {
      this.log.write('error', 'request failed', { requestId: request.id, error: error.cause ?? error });
    }
    if (!reply.sent) sendProblem(reply, request, error);
  }

  /** The router says "not found" for a known path with another method, too. */
  private refine(error: AppError, request: FastifyRequest): AppError {
    if (error.code !== httpErrors.not_found.code || !request.is404) return error;
    const allow = this.routes.methodsOf(request.url);
    return allow.length > 0 ? httpErrors.method_not_allowed({ allow }) : error;
  }
}

/** Also for hooks and framework errors that never reach a filter. */
export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: AppError): void {
  const language = languageOf(request.headers['accept-language']);
  const fields = error instanceof ValidationError ? error.fields : undefined;
  const problem = problemOf(error, { language, requestId: request.id, fields });
  const { retryAfterSeconds, allow } = error.params;
  if (error.retryable && error.kind !== 'internal') {
    void reply.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  }
  if (Array.isArray(allow)) void reply.header('allow', allow.join(', '));
  if (problem.status === 401) void reply.header('www-authenticate', challengesOf(request.method));
  void reply
    .code(problem.status)
    .header('x-request-id', request.id)
    .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problem));
}

/** Basic is for a browser that opens /docs: it asks for a password, which is the key. */
function challengesOf(method: string): string[] {
  const bearer = 'Bearer realm="wecom-scrm"';
  return method === 'GET' || method === 'HEAD'
    ? [bearer, 'Basic realm="wecom-scrm", charset="UTF-8"']
    : [bearer];
}
