import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { MassSendLimit } from '../corp.types.js';
import { CorpsStore } from '../persistence/corps.store.js';
import { verifySecretsJob } from '../reactions/verify-secrets.job.js';
import { type AppOrder, AppSettings } from './app-settings.js';
import { assertTimeZone } from './time-zone.js';

export interface CorpOrder {
  readonly wecomCorpId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly languages: string[];
  readonly massSendLimit: MassSendLimit;
  readonly apps: readonly AppOrder[];
}

/** Stores a new corp with its apps and has their secrets verified; the first syncs start when one is valid. */
@Injectable()
export class ConnectCorp {
  constructor(
    private readonly corps: CorpsStore,
    private readonly appSettings: AppSettings,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Inside a unit of work of the new corp id. @throws wecom.corp_exists and what AppSettings.add throws. */
  async execute(corpId: CorpId, order: CorpOrder): Promise<void> {
    assertTimeZone(order.timeZone);
    if (!order.apps.some((app) => app.kind === 'self_built')) throw wecomErrors.self_built_app_required();
    const { apps, ...settings } = order;
    const inserted = await this.corps.insert({
      ...settings,
      id: corpId,
      state: 'active',
      createdAt: this.clock.now(),
    });
    if (!inserted) throw wecomErrors.corp_exists();
    for (const app of apps) await this.appSettings.add(corpId, app);
    await this.jobs.enqueue(verifySecretsJob, { corpId }, { key: 'verify' });
  }
}
