import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parsePublicId } from '../../../../platform/context/typed-id.js';
import { sendProblem } from '../../../../platform/http/problem.filter.js';
import { claimsErrors } from '../claims.errors.js';
import { BATCH_ID_PREFIX, CHANNEL_MAX, CUSTOMER_ID_PREFIX } from '../domain/issue-order.js';
import { SoldOut } from '../use-cases/sold-out.js';
import { CLAIM, claimKeyOf } from './claim-key.js';

/** One for all: where an error was made says nothing here, and to find it out costs as much as the rest. */
const SOLD_OUT = claimsErrors.sold_out();
const KNOWN_FIELDS = new Set(['batchId', 'customerId', 'channel']);

/**
 * Refuses claims of sold-out batches behind key check and rate limit, and before Nest has taken the request through guards,
 * pipes and interceptors, which cost three times as much as all before them (bench `coupon-sold-out`). It only ever says that
 * nothing is left: whatever else may be wrong with a request, the long way finds out.
 */
@Injectable()
export class EarlyRefusals implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly soldOut: SoldOut,
  ) {}

  onModuleInit(): void {
    const adapter: HttpAdapterHost['httpAdapter'] | undefined = this.host.httpAdapter; // none where nothing listens
    if (!adapter) return;
    // reason for the cast: the adapter is created by createHttpAdapter, and Nest's type of the instance is any
    const fastify = adapter.getInstance<FastifyInstance>();
    fastify.addHook('preHandler', (request, reply, done) => {
      const { endpoint } = request.routeOptions.config;
      if (endpoint?.id !== CLAIM || !this.refuses(request)) return done();
      request.endpoint = endpoint;
      sendProblem(reply, request, SOLD_OUT);
    });
  }

  private refuses({ apiKey, headers, body }: FastifyRequest): boolean {
    const named = headers['idempotency-key'];
    if (!apiKey?.corpId || apiKey.storeCodes || !apiKey.scopes.includes('coupons:write')) return false;
    if (typeof named !== 'string' || typeof body !== 'object' || body === null) return false;
    const { batchId, customerId, channel } = body as Record<string, unknown>; // reason: each part is checked before it is used
    if (typeof batchId !== 'string' || typeof customerId !== 'string') return false;
    if (channel !== undefined && !isChannel(channel)) return false;
    if (Object.keys(body).some((name) => !KNOWN_FIELDS.has(name))) return false;
    const batch = parsePublicId(BATCH_ID_PREFIX, batchId);
    if (!batch || !parsePublicId(CUSTOMER_ID_PREFIX, customerId)) return false;
    return this.soldOut.refuses(apiKey.corpId, batch, claimKeyOf(apiKey.owner, named));
  }
}

function isChannel(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= CHANNEL_MAX;
}
