import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors } from './http.errors.js';

/** How many requests in each window. Counted in each process, so a deployment of n processes allows n times as many. */
export interface RateLimits {
  readonly perKey: number;
  /** For requests without a valid key: guessing keys stays slow. */
  readonly perAddress: number;
  readonly windowMs: number;
}

export const RATE_LIMITS: RateLimits = { perKey: 1_000, perAddress: 100, windowMs: 10_000 };

/** Beyond it the window that began first is forgotten: memory stays bounded whoever calls from wherever. */
const WINDOWS_MAX = 20_000;

interface Window {
  readonly endsAt: number;
  used: number;
}

/** Counts by key, by address when there is none; sets RateLimit headers. Without a promise: it runs before every request. */
export class RateLimiter {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly limits: RateLimits) {}

  /** @throws http.rate_limited */
  count(request: FastifyRequest, reply: FastifyReply): void {
    const { apiKey } = request;
    const max = apiKey ? this.limits.perKey : this.limits.perAddress;
    const now = performance.now();
    const window = this.windowOf(apiKey ? `key:${apiKey.id}` : `address:${request.ip}`, now);
    window.used++;
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    const policy = apiKey ? 'key' : 'address';
    void reply
      .header('ratelimit-policy', `"${policy}";q=${max};w=${this.limits.windowMs / 1000}`)
      .header('ratelimit', `"${policy}";r=${Math.max(0, max - window.used)};t=${seconds}`);
    if (window.used > max) throw httpErrors.rate_limited({ retryAfterSeconds: seconds });
  }

  private windowOf(caller: string, now: number): Window {
    const known = this.windows.get(caller);
    if (known && known.endsAt > now) return known;
    this.windows.delete(caller); // so that a new window stands at the end, behind those that began before it
    const [oldest] = this.windows.keys();
    if (this.windows.size >= WINDOWS_MAX && oldest !== undefined) this.windows.delete(oldest);
    const window = { endsAt: now + this.limits.windowMs, used: 0 };
    this.windows.set(caller, window);
    return window;
  }
}
