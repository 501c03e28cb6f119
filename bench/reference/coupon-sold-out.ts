import type { FastifyInstance } from 'fastify';

export const HELLO_PATH = '/t/hello';

/** The shortest route of the same server: nobody asks for a key below /t/, and nothing is counted. */
export function installHello(fastify: FastifyInstance): void {
  fastify.get(HELLO_PATH, (_request, reply) => reply.send({ hello: 'world' }));
}
