import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Guesser } from '../use-cases/guesses.js';

/** Who tries a code: the key of the request and the address that it came from. */
export const GuesserOf = createParamDecorator((_: unknown, context: ExecutionContext): Guesser => {
  const { apiKey, ip } = context.switchToHttp().getRequest<FastifyRequest>();
  return { keyId: apiKey?.id, address: ip };
});
