import type { FastifyInstance } from 'fastify';

export const HELLO_PATH = '/t/hello';

/** The shortest route of the same server: below /t/ nobody asks for a key, and nothing is counted. */
export function installHello(fastify: FastifyInstance): void {
  fastify.post(HELLO_PATH, (_request, reply) => reply.send({ hello: 'world' }));
}
