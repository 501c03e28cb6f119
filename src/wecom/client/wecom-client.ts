import { Injectable } from '@nestjs/common';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { CorpId } from '../../platform/context/typed-id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ConnectedApps, type ConnectedApp } from '../connections/connected-apps.js';
import { AppsStore } from '../connections/persistence/apps.store.js';
import { wecomErrors } from '../wecom.errors.js';
import { AccessTokens } from './access-tokens.js';
import { type Answer, AnswerShapeError } from './answer.js';
import type { WecomEndpoint } from './api.js';
import { WecomApiError } from './wecom-api-error.js';
import { WecomCaller } from './wecom-caller.js';
import type { WireAnswer, WireRequest } from './wecom-transport.js';

/** The official advice after -1: at most three tries (page 90313). */
const TRIES_MAX = 3;
const FIRST_PAUSE_MS = 200;
const PAUSE_MAX_MS = 2_000;
const CONCURRENCY_LIMIT = 45033;

export interface WecomRequest extends WireRequest {
  /** For endpoints that act as one certain app; default the corp's first one. */
  readonly agentId?: number;
}

/**
 * Calls WeCom: picks the app, brings its token, repeats what may be repeated (see `errcodes.ts`) and reads the answer.
 * Only gateways use it.
 */
@Injectable()
export class WecomClient {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly apps: ConnectedApps,
    private readonly tokens: AccessTokens,
    private readonly caller: WecomCaller,
    private readonly problems: AppsStore,
  ) {}

  /**
   * @param read takes the answer apart; may throw AnswerShapeError.
   * @throws WecomApiError. Error when a unit of work is open: a transaction must not wait for another company's server.
   */
  call<T>(
    corpId: CorpId,
    endpoint: WecomEndpoint,
    request: WecomRequest,
    read: (answer: Answer) => T,
  ): Promise<T> {
    return this.callRaw(corpId, endpoint, request, (answer) => read(answer.json));
  }

  /** Like `call`, for answers that are bytes. */
  async callRaw<T>(
    corpId: CorpId,
    endpoint: WecomEndpoint,
    request: WecomRequest,
    read: (answer: WireAnswer) => T,
  ): Promise<T> {
    if (this.unitOfWork.isOpen()) throw new Error(`${endpoint.name} was called inside a unit of work`);
    const app = await this.appFor(corpId, endpoint, request.agentId);
    try {
      const result = read(await this.repeat(endpoint, () => this.callWithToken(app, endpoint, request)));
      if (app.problemApi === endpoint.name) await this.clearProblem(app, endpoint.name);
      return result;
    } catch (error) {
      if (error instanceof AnswerShapeError) throw WecomApiError.malformed(endpoint.name, error.message);
      if (isAboutRequest(error) && app.problemApi === endpoint.name)
        await this.clearProblem(app, endpoint.name);
      await this.noteProblem(app, error);
      throw error;
    }
  }

  /** Shown with the connection, because only an administrator can repair it, until WeCom answers that API again. */
  private async noteProblem(app: ConnectedApp, error: unknown): Promise<void> {
    if (!(error instanceof WecomApiError) || error.action !== 'config' || error.errcode === 0) return;
    const { api, errcode } = error;
    await this.unitOfWork.run(app.corpId, () =>
      this.problems.noteProblem(app.corpId, app.id, { api, errcode }),
    );
    this.apps.forget(app.corpId);
  }

  private async clearProblem(app: ConnectedApp, api: string): Promise<void> {
    await this.unitOfWork.run(app.corpId, () => this.problems.clearProblem(app.corpId, app.id, api));
    this.apps.forget(app.corpId);
  }

  private async appFor(corpId: CorpId, endpoint: WecomEndpoint, agentId?: number): Promise<ConnectedApp> {
    if (endpoint.app === 'none') throw new Error(`${endpoint.name} takes no token`);
    const app = await this.apps.find(corpId, endpoint.app, agentId);
    if (!app) throw WecomApiError.withheld(endpoint.name, wecomErrors.app_missing);
    return app;
  }

  /**
   * What WeCom did not carry out may always be repeated (45033); what it may have carried out only where a second time
   * changes nothing.
   */
  private repeat(endpoint: WecomEndpoint, work: () => Promise<WireAnswer>): Promise<WireAnswer> {
    const repeatable = handleWhen(
      (error) =>
        error instanceof WecomApiError &&
        ((error.action === 'retry' && endpoint.idempotent) || error.errcode === CONCURRENCY_LIMIT),
    );
    const backoff = new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MS, maxDelay: PAUSE_MAX_MS });
    return retry(repeatable, { maxAttempts: TRIES_MAX - 1, backoff }).execute(work);
  }

  /** A refused token is replaced and the request sent once more; a second refusal is the answer. */
  private async callWithToken(
    app: ConnectedApp,
    endpoint: WecomEndpoint,
    request: WecomRequest,
  ): Promise<WireAnswer> {
    const token = await this.tokens.get(app);
    try {
      return await this.send(app, endpoint, request, token.value);
    } catch (error) {
      if (!(error instanceof WecomApiError && error.action === 'refresh')) throw error;
      const fresh = await this.tokens.replace(app, token);
      return this.send(app, endpoint, request, fresh.value);
    }
  }

  private send(
    app: ConnectedApp,
    endpoint: WecomEndpoint,
    request: WecomRequest,
    token: string,
  ): Promise<WireAnswer> {
    return this.caller.call(app.corpId, endpoint, {
      ...request,
      query: { access_token: token, ...request.query },
    });
  }
}

/** WeCom let the app in and refused only what was asked for. */
function isAboutRequest(error: unknown): boolean {
  return error instanceof WecomApiError && error.action === 'fail' && error.errcode !== 0;
}
