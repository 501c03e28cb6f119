import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A request that still runs has this long; then the process ends, as the one who asked for it expects. */
const LAST_REQUESTS_MS = 10_000;

/**
 * The server waits for its connections when it closes, also for one on which nothing was ever asked: browsers and clients
 * open such ones ahead, and Node counts none of its limits for them while it closes (seen as a Ctrl-C without an end). So
 * those go at once, and all others after ten seconds.
 */
export function installClosing(fastify: FastifyInstance): void {
  const server = fastify.server as Server; // reason: no other kind is configured
  const silent = new Set<Socket>();
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  fastify.addHook('preClose', (done) => {
    for (const socket of silent) socket.destroy();
    setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS).unref();
    done();
  });
}
