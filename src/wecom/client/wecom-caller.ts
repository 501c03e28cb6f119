import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { CallMetrics } from './call-metrics.js';
import { CallQuota } from './call-quota.js';
import { DailyCalls } from './daily-calls.js';
import { Circuits } from './circuits.js';
import { InFlight } from './in-flight.js';
import type { WecomEndpoint } from './api.js';
import { WecomApiError } from './wecom-api-error.js';
import { type WireAnswer, type WireRequest, WecomTransport } from './wecom-transport.js';

const FREQUENCY_LIMIT = 45009;
const CONCURRENCY_LIMIT = 45033;
const UNTRUSTED_ADDRESS = 60020;
/** In the text of every refusal (rest-api.md, section 1); an address may be of either version. */
const CALLER_ADDRESS = /\bfrom ip: ([0-9a-fA-F.:]{2,45})/;

/** One try of one call, within all limits. Knows no token and repeats nothing. */
@Injectable()
export class WecomCaller {
  constructor(
    private readonly transport: WecomTransport,
    private readonly quota: CallQuota,
    private readonly dailyCalls: DailyCalls,
    private readonly inFlight: InFlight,
    private readonly circuits: Circuits,
    private readonly metrics: CallMetrics,
  ) {}

  /** @throws WecomApiError for every answer but success. */
  async call(corpId: CorpId, endpoint: WecomEndpoint, request: WireRequest): Promise<WireAnswer> {
    const lane = `${corpId} ${endpoint.path}`;
    const work = async (): Promise<WireAnswer> => {
      await this.quota.take(corpId, endpoint);
      if (endpoint.longLimits) await this.dailyCalls.count(corpId, endpoint);
      const answer = await this.circuits.run(corpId, endpoint, () => this.transport.send(endpoint, request));
      if (answer.errcode === 0) {
        this.inFlight.grow(lane);
        return answer;
      }
      if (answer.errcode === FREQUENCY_LIMIT) await this.quota.block(corpId, endpoint);
      if (answer.errcode === CONCURRENCY_LIMIT) this.inFlight.halve(lane);
      throw WecomApiError.refused(endpoint.name, answer.errcode, callerAddressIn(answer));
    };
    return this.metrics.observe(endpoint.name, () => this.inFlight.run(lane, work, endpoint.inFlightMax));
  }
}

/** Only where an administrator has to know it: the rest of WeCom's text has no stable wording. */
function callerAddressIn({ errcode, json }: WireAnswer): string | undefined {
  if (errcode !== UNTRUSTED_ADDRESS) return undefined;
  const address = CALLER_ADDRESS.exec(json.maybeText('errmsg') ?? '')?.[1] ?? '';
  return isIP(address) === 0 ? undefined : address;
}
