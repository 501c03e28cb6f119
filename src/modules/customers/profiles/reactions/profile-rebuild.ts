import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { ParkedJobs } from '../../../../platform/jobs/parked-jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { ProfileLocks } from '../persistence/profile-locks.js';
import { RebuildProfiles } from '../use-cases/rebuild-profiles.js';
import { rebuildJob, StartRebuild } from '../use-cases/start-rebuild.js';

const CUSTOMERS_A_STEP = 500;
const DAY_MS = 86_400_000;

/**
 * Walks over all profiles of a corp when its rules have changed: one part and the job for the next are one transaction. A
 * walk that failed as often as it may goes on the next day where it stands, since nothing else would finish it: until then
 * filters see what won under the rules of before.
 */
@Injectable()
export class ProfileRebuild implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly handlers: JobHandlers,
    private readonly locks: ProfileLocks,
    private readonly profiles: RebuildProfiles,
    private readonly next: StartRebuild,
    private readonly parked: ParkedJobs,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(rebuildJob, ({ corpId, after }) =>
      this.unit.run(corpId, async () => {
        const ids = await this.locks.listAfter(after, CUSTOMERS_A_STEP);
        await this.profiles.rebuild(ids);
        const last = ids.at(-1);
        if (last !== undefined && ids.length === CUSTOMERS_A_STEP) await this.next.goOn(last);
      }),
    );
    this.schedules.register({
      name: 'customers.resume_rebuilds',
      everyMs: DAY_MS,
      offsetMs: DAY_MS / 6, // 4 o'clock in the night of UTC, when little else runs
      run: async () => {
        await this.parked.replayAll(rebuildJob.name);
      },
    });
  }
}
