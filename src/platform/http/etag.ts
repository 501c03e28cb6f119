import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors } from './http.errors.js';

/*
 * Two writers on one thing: both read it with its ETag, both send `If-Match`, the second is refused and reads again. The
 * endpoint says `etag: 'shown'` when its answer carries the ETag, `'checked'` when it asks for `If-Match` as well.
 */

/** Sets the ETag of the answer: a text that differs whenever what is shown differs. */
export type ShowETag = (version: string) => void;

export const ETag = createParamDecorator((_: unknown, context: ExecutionContext): ShowETag => {
  const reply = context.switchToHttp().getResponse<FastifyReply>();
  return (version) => void reply.header('etag', `"${version}"`);
});

/** The state of a thing that the caller has seen. */
export class Precondition {
  constructor(private readonly header: string) {}

  /** Take the thing's lock first: what is compared must not change before it is written. @throws http.precondition_failed */
  assert(version: string): void {
    const seen = this.header.split(',').map((tag) => tag.trim());
    if (!seen.includes('*') && !seen.includes(`"${version}"`)) throw httpErrors.precondition_failed();
  }
}

/** @throws http.precondition_required when the caller does not say what he has seen. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): Precondition => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header.trim() === '') throw httpErrors.precondition_required();
  return new Precondition(header);
});
