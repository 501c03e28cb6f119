import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Prometheus gives up after 10 s; what the process knows by itself must not wait for a database that is away. */
const LOOK_TIMEOUT_MS = 2_000;

/** Looks at something and returns what then sets the gauges, so that a look that failed half way sets none. */
type Look = () => Promise<() => void>;

/** The figures of this process for Prometheus. Labels hold names from our code, never ids or anything a caller sent. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = this.histogram('http_request_duration_seconds', 'Duration of requests', [
    'operation',
    'status',
  ]);

  private readonly looks: { gauges: readonly Gauge[]; look: Look }[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  observeRequest(operation: string, status: number, seconds: number): void {
    this.requests.observe({ operation, status: String(status) }, seconds);
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param collect called when the figures are read. */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    return new Gauge<L>({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && {
        collect() {
          return collect(this);
        },
      }),
    });
  }

  histogram<L extends string>(name: string, help: string, labelNames: readonly L[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }

  /** For gauges that need the database: one look each time the figures are read. Without an answer they are missing, 0 without labels. */
  lookBeforeRender(gauges: readonly Gauge[], look: Look): void {
    this.looks.push({ gauges, look });
  }

  async render(): Promise<{ type: string; text: string }> {
    await Promise.all(this.looks.map((entry) => this.refresh(entry)));
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }

  private async refresh({ gauges, look }: { gauges: readonly Gauge[]; look: Look }): Promise<void> {
    const tooLate = sleep(LOOK_TIMEOUT_MS, undefined, { ref: false });
    const set = await Promise.race([look(), tooLate]).catch(() => undefined);
    for (const gauge of gauges) gauge.reset();
    set?.();
  }
}
