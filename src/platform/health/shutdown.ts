import type { INestApplicationContext } from '@nestjs/common';
import { Readiness } from './readiness.js';

/**
 * Ends the process politely: not ready any more, no new work, requests in flight finish, connections close. Nest's order
 * does the rest: `onModuleDestroy` and `beforeApplicationShutdown` stop taking jobs, then the HTTP server drains, and only
 * `onApplicationShutdown` closes the database.
 */
export async function closeGracefully(app: INestApplicationContext): Promise<void> {
  app.get(Readiness).stop();
  await app.close();
}
