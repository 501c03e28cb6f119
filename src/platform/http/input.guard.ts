import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isReading } from './endpoint-options.js';
import { refuseUnexpectedInput } from './unexpected-input.js';

/** Refuses what an endpoint that reads does not take. A refused write is audited, so its interceptor does the same. */
@Injectable()
export class InputGuard implements CanActivate {
  /** @throws ValidationError */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { endpoint } = request;
    if (endpoint && isReading(endpoint, request.method)) refuseUnexpectedInput(context, request);
    return true;
  }
}
