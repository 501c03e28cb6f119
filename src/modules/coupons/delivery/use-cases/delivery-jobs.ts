import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';

/** For what fails here otherwise than WeCom says; waiting for WeCom is no attempt. */
export const announceJob = defineJob<{ corpId: CorpId; announcementId: string }>('coupons.announce', {
  attemptsMax: 10,
});
export const readMassSendsJob = defineJob<{ corpId: CorpId }>('coupons.read_mass_sends', { attemptsMax: 3 });

/** Jobs of announcements; those of one corp run one at a time. Inside an open unit of work. */
@Injectable()
export class DeliveryJobs {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  async announce(announcementId: string, delayMs = 0): Promise<void> {
    const { corpId } = this.database;
    const key = delayMs === 0 ? announcementId : `${announcementId}:later`;
    const queue = `coupons.delivery:${corpId}`;
    await this.jobs.enqueue(announceJob, { corpId, announcementId }, { key, queue, delayMs });
  }

  async readMassSends(corpId: CorpId): Promise<void> {
    await this.jobs.enqueue(
      readMassSendsJob,
      { corpId },
      { key: 'read', queue: `coupons.delivery:${corpId}` },
    );
  }
}
