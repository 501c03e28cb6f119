import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { AnnouncementStore } from '../persistence/announcement-store.js';
import { MassStore } from '../persistence/mass-store.js';
import { ReadMassSends } from './read-mass-sends.js';

const DAY_MS = 86_400_000;
/** A corp that announces nothing is not asked about its mass messages. */
const RECENT_MS = 31 * DAY_MS;
/** Longer than any window of a limit. */
const KEPT_MS = 40 * DAY_MS;
const PURGE_BATCH = 5_000;

/** What became of announcements, customer by customer. Outside any unit of work. */
@Injectable()
export class FollowOutcomes {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly announcements: AnnouncementStore,
    private readonly sends: MassStore,
    private readonly reading: ReadMassSends,
    private readonly clock: Clock,
  ) {}

  /** @throws WecomApiError: the next slot repeats it */
  async follow(corpId: CorpId, signal: AbortSignal): Promise<void> {
    const before = (ms: number) => new Date(this.clock.now().getTime() - ms);
    const isRecent = await this.unit.read(corpId, () => this.announcements.hasRecent(before(RECENT_MS)));
    if (isRecent) {
      await this.reading.read(corpId, signal);
      await this.unit.run(corpId, () => this.announcements.finishSettled());
    }
    for (let purged = PURGE_BATCH; purged === PURGE_BATCH && !signal.aborted;) {
      purged = await this.unit.run(corpId, () => this.sends.purge(before(KEPT_MS), PURGE_BATCH));
    }
  }
}
