import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { wecomErrors } from '../wecom.errors.js';
import { AccessTokenStore, type TokenState } from './access-token.store.js';
import { wecomApi } from './api.js';
import { AnswerShapeError } from './answer.js';
import type { ConnectedApp } from '../connections/connected-apps.js';
import { WecomApiError } from './wecom-api-error.js';
import { WecomCaller } from './wecom-caller.js';

/** How long a process trusts its copy: a changed secret or a disconnected corp takes effect within this time. */
const COPY_LIFE_MS = 5_000;
const POLL_MS = 100;
/** 25 s: longer than the lease of a process that died while refreshing. */
const POLLS_MAX = 250;
/** 40001 wrong or reset secret, 40013 wrong corpid, 40091 another corp's secret. */
const REJECTING_ERRCODES: ReadonlySet<number> = new Set([40001, 40013, 40091]);
/** Whoever asks again within this time takes the answer of before: gettoken is limited itself. */
const VERDICT_LIFE_MS = 15_000;

export interface AccessToken {
  readonly value: string;
  /** Grows with each replacement; tells whether a refused token is still the current one. */
  readonly version: number;
}

/**
 * The token of each app (page 91039), shared by all processes over the database. One process refreshes it, under a lease;
 * the others wait for the new version. A refused secret is never sent again until it changes, because WeCom blocks the
 * calling address for an hour after repeated wrong ones.
 */
@Injectable()
export class AccessTokens {
  private readonly copies = new Map<string, AccessToken & { untilMs: number }>();
  private readonly acceptedUntilMs = new Map<string, number>();
  private readonly running = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly store: AccessTokenStore,
    private readonly caller: WecomCaller,
    private readonly clock: Clock,
  ) {}

  /** @throws WecomApiError wecom.credentials_rejected, or what gettoken answered. */
  async get(app: ConnectedApp): Promise<AccessToken> {
    const copy = this.copies.get(app.id);
    if (copy && copy.untilMs > this.clock.now().getTime()) return copy;
    return this.obtainOnce(app, undefined);
  }

  /** WeCom refused this very token (40014, 42001): whoever comes first replaces it, everybody else takes the new one. */
  async replace(app: ConnectedApp, refused: AccessToken): Promise<AccessToken> {
    if (this.copies.get(app.id)?.version === refused.version) this.copies.delete(app.id);
    return this.obtainOnce(app, refused.version);
  }

  /**
   * Whether WeCom accepts the secret now, though a token of before may still be good. Nobody else is held up by a failure.
   * @throws like `get`.
   */
  async verify(app: ConnectedApp): Promise<void> {
    if ((this.acceptedUntilMs.get(app.id) ?? 0) > this.clock.now().getTime()) return;
    const { name } = wecomApi.getToken;
    const state = await this.store.read(app);
    if (!state) throw WecomApiError.withheld(name, wecomErrors.corp_disconnected);
    if (state.appState === 'rejected')
      throw WecomApiError.withheld(name, wecomErrors.credentials_rejected, state.appErrcode);
    try {
      await this.store.put(app, state.version, await this.ask(app, state));
    } catch (error) {
      const errcode = error instanceof WecomApiError ? error.errcode : 0;
      if (REJECTING_ERRCODES.has(errcode)) await this.store.reject(app, state, errcode);
      throw error;
    }
    this.acceptedUntilMs.set(app.id, this.clock.now().getTime() + VERDICT_LIFE_MS);
  }

  forget(appId: string): void {
    this.copies.delete(appId);
    this.acceptedUntilMs.delete(appId);
  }

  private obtainOnce(app: ConnectedApp, refusedVersion: number | undefined): Promise<AccessToken> {
    const key = `${app.id} ${refusedVersion ?? ''}`;
    let running = this.running.get(key);
    if (!running) {
      running = this.obtain(app, refusedVersion).finally(() => this.running.delete(key));
      this.running.set(key, running);
    }
    return running;
  }

  private async obtain(app: ConnectedApp, refusedVersion: number | undefined): Promise<AccessToken> {
    for (let poll = 0; poll < POLLS_MAX; poll++) {
      const state = await this.store.read(app);
      if (!state) throw WecomApiError.withheld(wecomApi.getToken.name, wecomErrors.corp_disconnected);
      this.assertMayAsk(state);
      if (state.token && state.version !== refusedVersion) return this.keep(app, state.token, state);
      if (await this.store.lease(app, state.version)) {
        const fresh = await this.fetch(app, state);
        if (fresh) return fresh;
      }
      await sleep(POLL_MS);
    }
    throw WecomApiError.postponed(wecomApi.getToken.name, 'another process is refreshing the token');
  }

  private assertMayAsk(state: TokenState): void {
    const { name } = wecomApi.getToken;
    if (state.appState === 'rejected') {
      throw WecomApiError.withheld(name, wecomErrors.credentials_rejected, state.appErrcode);
    }
    if (state.pausedErrcode !== undefined) throw WecomApiError.refused(name, state.pausedErrcode);
  }

  /** @returns undefined when the secret changed meanwhile: what WeCom answered belongs to the old one. */
  private async fetch(app: ConnectedApp, state: TokenState): Promise<AccessToken | undefined> {
    try {
      const token = await this.ask(app, state);
      const stored = await this.store.put(app, state.version, token);
      return stored && this.keep(app, token.value, stored);
    } catch (error) {
      await this.giveUp(app, state, error);
      throw error;
    }
  }

  private async ask(app: ConnectedApp, state: TokenState): Promise<{ value: string; lifeS: number }> {
    const query = { corpid: app.wecomCorpId, corpsecret: state.secret };
    const { json } = await this.caller.call(app.corpId, wecomApi.getToken, { query });
    try {
      return { value: json.text('access_token'), lifeS: json.integer('expires_in') };
    } catch (error) {
      if (!(error instanceof AnswerShapeError)) throw error;
      throw WecomApiError.malformed(wecomApi.getToken.name, error.message);
    }
  }

  private async giveUp(app: ConnectedApp, state: TokenState, error: unknown): Promise<void> {
    const errcode = error instanceof WecomApiError ? error.errcode : 0;
    if (REJECTING_ERRCODES.has(errcode)) await this.store.reject(app, state, errcode);
    else await this.store.release(app, state.version, errcode);
  }

  private keep(app: ConnectedApp, value: string, state: { version: number; usableMs: number }): AccessToken {
    const untilMs = this.clock.now().getTime() + Math.min(COPY_LIFE_MS, state.usableMs);
    const token = { value, version: state.version, untilMs };
    this.copies.set(app.id, token);
    return token;
  }
}
