import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { WecomApiError } from './wecom-api-error.js';

/** One for the process, as the registry of prom-client is. */
const calls = new Counter({
  name: 'wecom_api_calls_total',
  help: 'Calls to WeCom by API and outcome: ok, an errcode, or why there was none',
  labelNames: ['api', 'outcome'] as const,
});

@Injectable()
export class CallMetrics {
  async observe<T>(api: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      calls.inc({ api, outcome: 'ok' });
      return result;
    } catch (error) {
      calls.inc({ api, outcome: outcomeOf(error) });
      throw error;
    }
  }
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof WecomApiError)) return 'internal';
  return error.errcode === 0 ? error.code : String(error.errcode);
}
