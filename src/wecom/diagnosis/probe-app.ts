import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AccessTokens } from '../client/access-tokens.js';
import { WecomApiError } from '../client/wecom-api-error.js';
import { WecomClient } from '../client/wecom-client.js';
import type { ConnectedApp } from '../connections/connected-apps.js';
import type { Area } from './finding.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { type Probe, probes } from './probes.js';

/** Together below what people and proxies wait for; WeCom answers in about 100 ms. */
const TOKEN_BUDGET_MS = 2_000;
const CALLS_BUDGET_MS = 3_000;

export interface AppOutcomes {
  readonly token: Outcome;
  /** By area; empty when the secret is rejected: nothing else was asked. */
  readonly calls: ReadonlyMap<Area, Outcome>;
}

/** Asks WeCom as one app, all at once and for five seconds at most. Outside any unit of work. */
@Injectable()
export class ProbeApp {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly client: WecomClient,
  ) {}

  async probe(app: ConnectedApp): Promise<AppOutcomes> {
    const token = await within(TOKEN_BUDGET_MS, async () => {
      await this.tokens.verify(app);
      return { kind: 'answered', count: 0 };
    });
    if (token.kind === 'refused') return { token, calls: new Map() };
    const calls = probes.filter((probe) => probe.app === app.kind);
    const outcomes = await Promise.all(
      calls.map((probe) => within(CALLS_BUDGET_MS, () => this.call(app, probe))),
    );
    return { token, calls: new Map(calls.map(({ area }, index) => [area, outcomes[index] as Outcome])) }; // reason: as many as calls
  }

  private async call(app: ConnectedApp, probe: Probe): Promise<Outcome> {
    const { agentId } = app;
    const request = { ...probe.request(agentId), agentId, timeoutMs: CALLS_BUDGET_MS };
    try {
      const count = await this.client.call(
        app.corpId,
        probe.endpoint,
        request,
        (answer) => probe.count?.(answer) ?? 0,
      );
      return { kind: 'answered', count };
    } catch (error) {
      const accepted = error instanceof WecomApiError && probe.accepted?.includes(error.errcode);
      if (accepted) return { kind: 'answered', count: 0 };
      throw error;
    }
  }
}

/** What comes later is nobody's: the client ends it in its own time. */
async function within(budgetMs: number, work: () => Promise<Outcome>): Promise<Outcome> {
  const given = new AbortController();
  const late = sleep(budgetMs, { kind: 'unanswered' } as const, { signal: given.signal, ref: false });
  try {
    return await Promise.race([work().catch(outcomeOf), late]);
  } finally {
    given.abort();
    late.catch(() => undefined);
  }
}
