import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Clock } from '../../platform/clock/clock.js';
import type { WecomEndpoint } from './api.js';
import { CallQuotaStore, type QuotaLimits } from './call-quota.store.js';
import { WecomApiError } from './wecom-api-error.js';

/** 90 % of what one corp may call of one API path (page 90454): other software of the corp shares the limit. */
export const BASE_LIMITS: QuotaLimits = { perMinute: 9_000, perHour: 135_000 };

/** Calls taken from the database at once; unused ones lapse with their minute. */
const CHUNK = 20;
/** How long a chunk is used without a look at whether another process met 45009 meanwhile. */
const FRESH_MS = 1_000;
const WAIT_MAX_MS = 5_000;
const POLL_MS = 250;
const FREQUENCY_LIMIT = 45009;

interface Chunk {
  left: number;
  readonly endsAtMs: number;
  freshUntilMs: number;
}

/**
 * Keeps the calls of all processes together below WeCom's limits, for each corp and API path. Takes leave in chunks, so
 * that a call costs a database round trip only now and then.
 */
@Injectable()
export class CallQuota {
  private readonly chunks = new Map<string, Chunk>();
  private readonly refills = new Map<string, Promise<number>>();

  constructor(
    private readonly store: CallQuotaStore,
    private readonly clock: Clock,
  ) {}

  /** @throws WecomApiError wecom.call_postponed when nothing is left within 5 s. */
  async take(corpId: CorpId, endpoint: WecomEndpoint): Promise<void> {
    const key = `${corpId} ${endpoint.path}`;
    for (let waitedMs = 0; ;) {
      if (this.takeFromChunk(key)) return;
      const waitMs = await this.refillOnce(key, corpId, endpoint);
      if (waitMs === 0) continue;
      if (waitedMs + waitMs > WAIT_MAX_MS) {
        const limit = { errcode: FREQUENCY_LIMIT, retryAfterMs: waitMs };
        throw WecomApiError.postponed(endpoint.name, 'the limit of calls is reached', limit);
      }
      const napMs = Math.min(waitMs, POLL_MS);
      await sleep(napMs);
      waitedMs += napMs;
    }
  }

  /**
   * WeCom answered 45009: this process calls the API no more for the corp until the window that was exceeded is over, and
   * the others know of it within a second.
   */
  async block(corpId: CorpId, endpoint: WecomEndpoint): Promise<void> {
    this.chunks.delete(`${corpId} ${endpoint.path}`);
    await this.store.block(corpId, endpoint.path);
  }

  private takeFromChunk(key: string): boolean {
    const chunk = this.chunkOf(key);
    if (!chunk || chunk.freshUntilMs <= this.clock.now().getTime()) return false;
    chunk.left--;
    return true;
  }

  /** Leave that is not used up and has not lapsed. */
  private chunkOf(key: string): Chunk | undefined {
    const chunk = this.chunks.get(key);
    return chunk && chunk.left > 0 && chunk.endsAtMs > this.clock.now().getTime() ? chunk : undefined;
  }

  private refillOnce(key: string, corpId: CorpId, endpoint: WecomEndpoint): Promise<number> {
    let refill = this.refills.get(key);
    if (!refill) {
      refill = this.refill(key, corpId, endpoint).finally(() => this.refills.delete(key));
      this.refills.set(key, refill);
    }
    return refill;
  }

  /** @returns how long to wait before asking again; 0 when there is a new chunk. */
  private async refill(key: string, corpId: CorpId, endpoint: WecomEndpoint): Promise<number> {
    const chunk = this.chunkOf(key);
    if (chunk && !(await this.store.isBlocked(corpId, endpoint.path))) {
      chunk.freshUntilMs = this.clock.now().getTime() + FRESH_MS;
      return 0;
    }
    this.chunks.delete(key);
    const limits = limitsOf(endpoint);
    for (const size of [Math.min(CHUNK, Math.ceil(limits.perMinute / CHUNK)), 1]) {
      const answer = await this.store.take(corpId, endpoint.path, size, limits);
      if (answer.granted) {
        const nowMs = this.clock.now().getTime();
        const endsAtMs = nowMs + answer.windowLeftMs;
        this.chunks.set(key, { left: size, endsAtMs, freshUntilMs: nowMs + FRESH_MS });
        return 0;
      }
      if (size === 1) return answer.waitMs;
    }
    throw new Error('a chunk of one call was neither granted nor refused');
  }
}

export function limitsOf(endpoint: WecomEndpoint): QuotaLimits {
  return endpoint.limits ?? BASE_LIMITS;
}
