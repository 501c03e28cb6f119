import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { authErrors } from '../../../platform/auth/auth.errors.js';
import type { CorpChange } from '../corp.types.js';
import { ConnectedApps } from '../connected-apps.js';
import { AppsStore } from '../persistence/apps.store.js';
import { CorpsStore } from '../persistence/corps.store.js';
import { assertTimeZone } from './time-zone.js';

/** Settings of a corp, and its end. Inside the corp's unit of work. */
@Injectable()
export class ChangeCorp {
  constructor(
    private readonly corps: CorpsStore,
    private readonly apps: AppsStore,
    private readonly connectedApps: ConnectedApps,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws auth.corp_not_found, wecom.time_zone_unknown */
  async change(corpId: CorpId, change: CorpChange): Promise<void> {
    if (change.timeZone !== undefined) assertTimeZone(change.timeZone);
    if (!(await this.corps.change(corpId, change))) throw authErrors.corp_not_found();
  }

  /** Forgets secrets, tokens and callback URLs and keeps what was synced. Repeating it changes nothing. @throws auth.corp_not_found */
  async disconnect(corpId: CorpId): Promise<void> {
    if (!(await this.corps.setState(corpId, 'disconnected'))) throw authErrors.corp_not_found();
    await this.apps.removeAll(corpId);
    this.unitOfWork.afterCommit(() => this.connectedApps.forget(corpId));
  }
}
