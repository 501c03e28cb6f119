import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors } from './http.errors.js';

/** Files that one process reads at once: each is held in memory until it is stored. */
const AT_ONCE_MAX = 4;

/** Gives routes whose endpoint takes a file (`fileBytesMax`) the room for it, and keeps their number in bounds. */
export function installFileBodies(fastify: FastifyInstance): void {
  let reading = 0;
  const admit = (
    _request: FastifyRequest,
    reply: FastifyReply,
    _body: unknown,
    done: (error?: Error) => void,
  ) => {
    if (reading >= AT_ONCE_MAX) return done(httpErrors.unavailable());
    reading++;
    reply.raw.once('close', () => reading--);
    return done();
  };
  fastify.addHook('onRoute', (route) => {
    const bytesMax = route.config?.endpoint?.fileBytesMax;
    if (bytesMax === undefined) return;
    route.bodyLimit = bytesMax;
    route.preParsing = [admit];
  });
}

export function takesFile(request: FastifyRequest): boolean {
  return request.routeOptions.config.endpoint?.fileBytesMax !== undefined;
}
