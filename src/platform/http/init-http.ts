import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Authenticator } from '../auth/authenticator.js';
import { AppConfig } from '../config/app-config.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Metrics } from '../health/metrics.js';
import { Readiness } from '../health/readiness.js';
import { AppLogger } from '../logging/app-logger.js';
import { installClosing } from './closing-connections.js';
import { serveDocs } from './docs.js';
import { installFileBodies } from './file-body.js';
import { installBodyParsers } from './json-body.js';
import { installReadingUnits } from './reading-units.js';
import { RATE_LIMITS, RateLimiter, type RateLimits } from './rate-limit.js';
import { installRequestHooks } from './request-hooks.js';
import { RouteTable } from './route-table.js';

/**
 * Prepares the HTTP server and initialises the application. Call it once, after `NestFactory.create` with
 * `createHttpAdapter()` and `bodyParser: false`, and before `app.listen()`. The order is the point: hooks only see routes that
 * come after them, and the documentation must come after Nest has set its error handler.
 */
export async function initHttp(app: NestFastifyApplication, limits: RateLimits = RATE_LIMITS): Promise<void> {
  // reason for the cast: the adapter's instance carries the generics of its own options
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const routes = app.get(RouteTable);
  const { role } = app.get(AppConfig);
  fastify.addHook('onRoute', (route) => routes.add(route));
  installRequestHooks(fastify, {
    role,
    authenticator: app.get(Authenticator),
    limiter: new RateLimiter(limits),
    metrics: app.get(Metrics),
    readiness: app.get(Readiness),
    log: app.get(AppLogger),
  });
  installClosing(fastify);
  installReadingUnits(fastify, app.get(UnitOfWork));
  installFileBodies(fastify);
  installBodyParsers(fastify);
  await app.init();
  if (role !== 'worker') serveDocs(app);
}
