import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { ProfileLocks } from '../persistence/profile-locks.js';
import { RebuildProfiles } from '../use-cases/rebuild-profiles.js';
import { rebuildJob, StartRebuild } from '../use-cases/start-rebuild.js';

const CUSTOMERS_A_STEP = 500;

/** Walks over all profiles of a corp when its rules have changed: one part and the job for the next are one transaction. */
@Injectable()
export class ProfileRebuild implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly handlers: JobHandlers,
    private readonly locks: ProfileLocks,
    private readonly profiles: RebuildProfiles,
    private readonly next: StartRebuild,
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
  }
}
