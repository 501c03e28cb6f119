import { Injectable } from '@nestjs/common';
import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { wecomErrors } from '../wecom.errors.js';
import { familyOf, type WecomEndpoint } from './api.js';
import { WecomApiError } from './wecom-api-error.js';

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 10_000;

/**
 * Stops calling a family of APIs that does not answer, for one corp: its jobs fail at once instead of holding a worker
 * for 10 s each. Only missing answers count; an errcode is an answer.
 */
@Injectable()
export class Circuits {
  private readonly breakers = new Map<string, CircuitBreakerPolicy>();

  /** @throws WecomApiError wecom.call_postponed while the circuit is open. */
  async run<T>(corpId: string, endpoint: WecomEndpoint, work: () => Promise<T>): Promise<T> {
    try {
      return await this.breakerOf(`${corpId} ${familyOf(endpoint)}`).execute(work);
    } catch (error) {
      if (isBrokenCircuitError(error)) {
        const detail = 'WeCom did not answer before';
        throw WecomApiError.postponed(endpoint.name, detail, { retryAfterMs: OPEN_MS });
      }
      throw error;
    }
  }

  private breakerOf(key: string): CircuitBreakerPolicy {
    let breaker = this.breakers.get(key);
    if (!breaker) {
      const unanswered = handleWhen(
        (error) => error instanceof WecomApiError && error.code === wecomErrors.call_failed.code,
      );
      breaker = circuitBreaker(unanswered, {
        halfOpenAfter: OPEN_MS,
        breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
      });
      this.breakers.set(key, breaker);
    }
    return breaker;
  }
}
