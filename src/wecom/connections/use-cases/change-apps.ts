import { Injectable } from '@nestjs/common';
import { authErrors } from '../../../platform/auth/auth.errors.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { CallbackPlaces } from '../../callback/callback-places.js';
import { AccessTokens } from '../../client/access-tokens.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { AppOrder, CallbackPair } from '../app.types.js';
import { ConnectedApps } from '../connected-apps.js';
import { AppsStore } from '../persistence/apps.store.js';
import { CorpsStore } from '../persistence/corps.store.js';
import { verifySecretsJob } from '../reactions/verify-secrets.job.js';
import { AppSettings } from './app-settings.js';

export interface AppChange {
  readonly name?: string;
  readonly secret?: string;
  readonly callback?: CallbackPair;
}

/** What this process remembers of apps; other processes notice a change within five seconds. */
@Injectable()
export class AppCopies {
  constructor(
    private readonly connectedApps: ConnectedApps,
    private readonly tokens: AccessTokens,
    private readonly places: CallbackPlaces,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  forgetAfterCommit(corpId: CorpId, appId: string): void {
    this.unitOfWork.afterCommit(() => {
      this.connectedApps.forget(corpId);
      this.tokens.forget(appId);
      this.places.forgetAll();
    });
  }
}

/** Apps of a corp that exists. Inside the corp's unit of work. */
@Injectable()
export class ChangeApps {
  constructor(
    private readonly corps: CorpsStore,
    private readonly apps: AppsStore,
    private readonly appSettings: AppSettings,
    private readonly copies: AppCopies,
    private readonly jobs: Jobs,
  ) {}

  /** Also connects a disconnected corp again. @throws auth.corp_not_found and what AppSettings.add throws. */
  async add(corpId: CorpId, order: AppOrder): Promise<string> {
    if (!(await this.corps.setState(corpId, 'active'))) throw authErrors.corp_not_found();
    const id = await this.appSettings.add(corpId, order);
    await this.verify(corpId, id);
    return id;
  }

  /** A new secret is verified; a new callback pair is accepted beside the one before for a day. @throws wecom.app_not_found */
  async change(corpId: CorpId, appId: string, change: AppChange): Promise<void> {
    if (!(await this.apps.find(corpId, appId))) throw wecomErrors.app_not_found();
    if (change.name !== undefined) await this.apps.rename(corpId, appId, change.name);
    if (change.callback) await this.apps.addCallbackPair(corpId, appId, change.callback);
    if (change.secret === undefined) return this.copies.forgetAfterCommit(corpId, appId);
    await this.apps.replaceSecret(corpId, appId, change.secret);
    await this.verify(corpId, appId);
  }

  private async verify(corpId: CorpId, appId: string): Promise<void> {
    this.copies.forgetAfterCommit(corpId, appId);
    await this.jobs.enqueue(verifySecretsJob, { corpId }, { key: 'verify' });
  }
}
