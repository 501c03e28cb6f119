import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { wecomErrors } from '../../wecom.errors.js';
import type { CorpOrder } from '../corp.types.js';
import { CorpsStore } from '../persistence/corps.store.js';
import { verifySecretsJob } from '../reactions/verify-secrets.job.js';
import { AppSettings } from './app-settings.js';
import { assertTimeZone } from './time-zone.js';

/** Stores a new corp with its apps and has their secrets verified; the first syncs start when one is valid. */
@Injectable()
export class ConnectCorp {
  constructor(
    private readonly corps: CorpsStore,
    private readonly appSettings: AppSettings,
    private readonly jobs: Jobs,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Inside a unit of work that already belongs to the corp's new id.
   * @throws wecom.corp_exists and what AppSettings.add throws.
   */
  async execute(order: CorpOrder): Promise<CorpId> {
    const corpId = this.unitOfWork.corpId();
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
    return corpId;
  }
}
