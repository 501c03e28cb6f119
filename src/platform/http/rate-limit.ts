import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors } from './http.errors.js';

/** How many requests in each window. Counted in each process, so a deployment of n processes allows n times as many. */
export interface RateLimits {
  readonly perKey: number;
  /** For requests without a valid key: guessing keys stays slow. */
  readonly perAddress: number;
  readonly windowMs: number;
}

export const RATE_LIMITS: RateLimits = { perKey: 1_000, perAddress: 100, windowMs: 10_000 };

export type RateLimiter = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Counts by key, by address when there is none; sets RateLimit headers and throws `http.rate_limited`. */
export async function createRateLimiter(fastify: FastifyInstance, limits: RateLimits): Promise<RateLimiter> {
  await fastify.register(rateLimit, { global: false });
  const count = fastify.createRateLimit({
    max: (request) => (request.apiKey ? limits.perKey : limits.perAddress),
    timeWindow: limits.windowMs,
    keyGenerator: (request) => (request.apiKey ? `key:${request.apiKey.id}` : `address:${request.ip}`),
  });
  return async (request, reply) => {
    const state = await count(request);
    if (state.isAllowed) return;
    const policy = request.apiKey ? 'key' : 'address';
    void reply
      .header('ratelimit-policy', `"${policy}";q=${state.max};w=${limits.windowMs / 1000}`)
      .header('ratelimit', `"${policy}";r=${state.remaining};t=${state.ttlInSeconds}`);
    if (state.isExceeded) throw httpErrors.rate_limited({ retryAfterSeconds: state.ttlInSeconds });
  };
}
