import { Injectable } from '@nestjs/common';
import { authErrors } from '../../../platform/auth/auth.errors.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { App } from '../app.types.js';
import type { Corp } from '../corp.types.js';
import { AppsStore } from '../persistence/apps.store.js';
import { CorpsStore } from '../persistence/corps.store.js';

export interface ShownApp extends App {
  /** The unguessable part of its callback URL. */
  readonly placeId: string;
}

export interface CorpDetail extends Corp {
  readonly apps: readonly ShownApp[];
}

/** Connections as their administrators see them: without secrets. Inside an open unit of work. */
@Injectable()
export class ShowCorps {
  constructor(
    private readonly corps: CorpsStore,
    private readonly apps: AppsStore,
  ) {}

  /** @param only the one corp that the reader may see; undefined shows all. */
  list(only: CorpId | undefined, afterId: string | undefined, limit: number): Promise<Corp[]> {
    return this.corps.list(only, afterId, limit);
  }

  /** @throws auth.corp_not_found */
  async get(corpId: CorpId): Promise<CorpDetail> {
    const corp = await this.corps.find(corpId);
    if (!corp) throw authErrors.corp_not_found();
    return { ...corp, apps: await this.listApps(corpId) };
  }

  /** @throws wecom.app_not_found */
  async getApp(corpId: CorpId, appId: string): Promise<ShownApp> {
    const app = (await this.listApps(corpId)).find(({ id }) => id === appId);
    if (!app) throw wecomErrors.app_not_found();
    return app;
  }

  private async listApps(corpId: CorpId): Promise<ShownApp[]> {
    const apps = await this.apps.list(corpId);
    const placeIds = await this.apps.placeIds(corpId);
    return apps.map((app) => ({ ...app, placeId: placeIds.get(app.id) ?? '' }));
  }
}
