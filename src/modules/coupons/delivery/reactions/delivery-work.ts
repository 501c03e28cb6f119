import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { Announce } from '../use-cases/announce.js';
import { announceJob, DeliveryJobs, readMassSendsJob } from '../use-cases/delivery-jobs.js';
import { FollowOutcomes } from '../use-cases/follow-outcomes.js';

const MINUTE_MS = 60_000;

/** Announcements work by jobs; what became of them is asked for by schedule, as no callback tells it (callbacks.md 4). */
@Injectable()
export class DeliveryWork implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
    private readonly connections: Connections,
    private readonly jobs: DeliveryJobs,
    private readonly announce: Announce,
    private readonly outcomes: FollowOutcomes,
  ) {}

  onModuleInit(): void {
    this.handlers.register(announceJob, ({ corpId, announcementId }, run) =>
      this.announce.run(corpId, announcementId, run),
    );
    this.handlers.register(readMassSendsJob, ({ corpId }, run) => this.outcomes.follow(corpId, run.signal));
    this.schedules.register({
      name: 'coupons.read_mass_sends',
      everyMs: 15 * MINUTE_MS,
      offsetMs: 7 * MINUTE_MS, // WeCom's traffic peaks at minute 0 and 30
      run: async () => {
        for (const corpId of await this.connections.listActiveCorpIds())
          await this.jobs.readMassSends(corpId);
      },
    });
  }
}
