import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Events } from '../../../platform/events/events.js';
import { JobHandlers } from '../../../platform/jobs/job-handlers.js';
import { AccessTokens } from '../../client/access-tokens.js';
import { WecomApiError } from '../../client/wecom-api-error.js';
import { corpConnected, directoryConnected } from '../../wecom.events.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { App } from '../app.types.js';
import { ConnectedApps } from '../connected-apps.js';
import { AppsStore } from '../persistence/apps.store.js';
import { verifySecretsJob } from './verify-secrets.job.js';

/** Asks WeCom whether new secrets are right, and says so once when the syncs can begin. */
@Injectable()
export class VerifySecrets implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly unitOfWork: UnitOfWork,
    private readonly apps: AppsStore,
    private readonly connectedApps: ConnectedApps,
    private readonly tokens: AccessTokens,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.handlers.register(verifySecretsJob, ({ corpId }) => this.verify(corpId));
  }

  /** @throws the first failure that may pass: the job comes again. A rejected secret is final until it changes. */
  async verify(corpId: CorpId): Promise<void> {
    this.connectedApps.forget(corpId);
    const unverified = (await this.unitOfWork.read(corpId, () => this.apps.list(corpId))).filter(
      (app) => app.state === 'unverified',
    );
    const accepted: App[] = [];
    const failures: unknown[] = [];
    for (const app of unverified) {
      try {
        await this.fetchToken(corpId, app);
        accepted.push(app);
      } catch (error) {
        if (!(await this.isRejected(corpId, app))) failures.push(await this.noted(corpId, app, error));
      }
    }
    await this.unitOfWork.run(corpId, () => this.markValid(corpId, accepted));
    if (failures.length > 0) throw failures[0];
  }

  private async fetchToken(corpId: CorpId, app: App): Promise<void> {
    const connected = await this.connectedApps.byId(corpId, app.id);
    if (!connected) return; // disconnected meanwhile
    this.tokens.forget(app.id);
    await this.tokens.get(connected);
  }

  private async isRejected(corpId: CorpId, app: App): Promise<boolean> {
    const now = await this.unitOfWork.read(corpId, () => this.apps.find(corpId, app.id));
    return now === undefined || now.state === 'rejected';
  }

  private async noted(corpId: CorpId, app: App, error: unknown): Promise<unknown> {
    if (
      error instanceof WecomApiError &&
      error.errcode !== 0 &&
      error.code !== wecomErrors.call_postponed.code
    ) {
      const { api, errcode } = error;
      await this.unitOfWork.run(corpId, () => this.apps.noteProblem(corpId, app.id, { api, errcode }));
    }
    return error;
  }

  private async markValid(corpId: CorpId, accepted: readonly App[]): Promise<void> {
    const served = (await this.apps.list(corpId)).some(
      (app) => app.kind === 'self_built' && app.state === 'valid',
    );
    const marked: App[] = [];
    for (const app of accepted) if (await this.apps.markValid(corpId, app)) marked.push(app);
    if (marked.some((app) => app.kind === 'self_built' && (!served || isRepaired(app))))
      await this.events.append(corpConnected, {});
    else if (served && marked.some((app) => app.kind === 'directory_assistant'))
      await this.events.append(directoryConnected, {});
  }
}

/** A second self-built app brings no news: the first one already reads everything. */
function isRepaired(app: App): boolean {
  return app.secretVersion > 1;
}
