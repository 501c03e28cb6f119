import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { corrected, differencesOf, type Held, newestOf } from '../domain/announcement.js';
import { AnnouncedStore } from '../persistence/announced-store.js';
import { Announcements, type KnownAnnouncer } from './announcements.js';

const CUSTOMERS_TOGETHER = 1_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface Reconciled {
  readonly customers: number;
  /** Values that were not held as their module says that they stand; an event under way counts, too. */
  readonly different: number;
}

/** Proves the announced rows equal to what their modules say, and repairs those that are not. Outside any unit of work. */
@Injectable()
export class ReconcileAnnounced {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly announced: AnnouncedStore,
    private readonly announcements: Announcements,
  ) {}

  async reconcile(corpId: CorpId, signal?: AbortSignal): Promise<Reconciled> {
    let [customers, different, last] = [0, 0, BEFORE_ALL];
    if (this.announcements.announcers().length === 0) return { customers, different };
    for (;;) {
      signal?.throwIfAborted();
      const ids = await this.unit.run(corpId, async () => {
        const page = await this.announced.customersAfter(last, CUSTOMERS_TOGETHER);
        different += await this.reconcilePage(page);
        return page;
      });
      customers += ids.length;
      last = ids.at(-1) ?? last;
      if (ids.length < CUSTOMERS_TOGETHER) return { customers, different };
    }
  }

  private async reconcilePage(customerIds: readonly string[]): Promise<number> {
    let different = 0;
    for (const announcer of this.announcements.announcers()) {
      different += await this.reconcileWith(announcer, customerIds);
    }
    return different;
  }

  /** The rows are locked before the module is asked: what it says is at least as new as they are. */
  private async reconcileWith(announcer: KnownAnnouncer, customerIds: readonly string[]): Promise<number> {
    const held = new Map((await this.announced.lock(customerIds)).map((row) => [row.customerId, row]));
    const stands = new Map(
      newestOf(await announcer.standing(customerIds)).map((row) => [row.customerId, row]),
    );
    const [wrong, missing]: [Held[], Held[]] = [[], []];
    let different = 0;
    for (const id of new Set([...held.keys(), ...stands.keys()])) {
      const [row, truth] = [held.get(id), stands.get(id)];
      const names = differencesOf(announcer.announces, row, truth);
      if (names.length === 0) continue;
      different += names.length;
      if (row) wrong.push(corrected(row, truth, names));
      else if (truth) missing.push(truth);
    }
    await this.announced.overwrite(wrong);
    await this.announced.announce(missing);
    return different;
  }
}
