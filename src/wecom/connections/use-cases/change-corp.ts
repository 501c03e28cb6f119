import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ConnectedApps } from '../connected-apps.js';
import { AppsStore } from '../persistence/apps.store.js';
import { type CorpChange, CorpsStore } from '../persistence/corps.store.js';
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

  /** @throws wecom.time_zone_unknown */
  async change(corpId: CorpId, change: CorpChange): Promise<void> {
    if (change.timeZone !== undefined) assertTimeZone(change.timeZone);
    await this.corps.change(corpId, change);
  }

  /** Forgets secrets, tokens and callback URLs and keeps what was synced. Repeating it changes nothing. */
  async disconnect(corpId: CorpId): Promise<void> {
    await this.corps.setState(corpId, 'disconnected');
    await this.apps.removeAll(corpId);
    this.unitOfWork.afterCommit(() => this.connectedApps.forget(corpId));
  }
}
