import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { AppKind, AppOrder } from '../app.types.js';
import { AppsStore } from '../persistence/apps.store.js';

const DEFAULT_NAMES: Readonly<Record<AppKind, string>> = {
  self_built: '自建应用',
  directory_assistant: '通讯录同步助手',
};

/** Adds one app to a corp, inside the unit of work of whoever connects it. */
@Injectable()
export class AppSettings {
  constructor(private readonly apps: AppsStore) {}

  /** @throws wecom.agent_id_required, wecom.app_exists */
  async add(corpId: CorpId, order: AppOrder): Promise<string> {
    if ((order.kind === 'self_built') !== (order.agentId !== undefined))
      throw wecomErrors.agent_id_required();
    const name = order.name ?? DEFAULT_NAMES[order.kind];
    const id = await this.apps.insert(corpId, { ...order, name });
    if (id === undefined) throw wecomErrors.app_exists();
    if (order.callback) await this.apps.addCallbackPair(corpId, id, order.callback);
    return id;
  }
}
