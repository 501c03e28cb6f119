import type { ServerResponse } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { Metrics } from '../../../platform/health/metrics.js';

/** WeCom hangs up after 5 s by itself (pages 90238, 90930). */
const HOLD_MS = 5_000;
/** Each holds a connection; those beyond are closed at once. */
const HELD_MAX = 200;

/**
 * Callbacks that nothing could take get no answer at all: only a lost connection or a timeout is sent again for certain
 * (page 90930), while a status, also 503, may be the end of the event. They are held rather than closed at once, so that
 * WeCom's three repetitions do not all fall into the same second.
 */
@Injectable()
export class UnansweredCallbacks implements OnModuleDestroy {
  private readonly held = new Set<ServerResponse>();
  private isClosing = false;

  constructor(metrics: Metrics) {
    metrics.gauge(
      'wecom_callbacks_held',
      'Connections of callbacks that nothing could take, kept open without an answer',
      [],
      (gauge: Gauge) => gauge.set(this.held.size),
    );
  }

  /** @param response nothing was sent on it, and nobody else will. */
  hold(response: ServerResponse, elapsedMs: number): void {
    if (this.isClosing || this.held.size >= HELD_MAX) return void response.destroy();
    this.held.add(response);
    const timer = setTimeout(() => response.destroy(), Math.max(0, HOLD_MS - elapsedMs)).unref();
    response.once('close', () => {
      clearTimeout(timer);
      this.held.delete(response);
    });
  }

  /** A held connection must not hold up the shutdown. */
  onModuleDestroy(): void {
    this.isClosing = true;
    for (const response of this.held) response.destroy();
  }
}
