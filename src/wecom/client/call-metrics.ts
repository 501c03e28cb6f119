import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../../platform/health/metrics.js';
import { WecomApiError } from './wecom-api-error.js';

@Injectable()
export class CallMetrics {
  private readonly calls: Counter<'api' | 'outcome'>;

  constructor(metrics: Metrics) {
    this.calls = metrics.counter(
      'wecom_api_calls_total',
      'Calls to WeCom by API and outcome: ok, an errcode, or why there was none',
      ['api', 'outcome'],
    );
  }

  async observe<T>(api: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.calls.inc({ api, outcome: 'ok' });
      return result;
    } catch (error) {
      this.calls.inc({ api, outcome: outcomeOf(error) });
      throw error;
    }
  }
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof WecomApiError)) return 'internal';
  return error.errcode === 0 ? error.code : String(error.errcode);
}
