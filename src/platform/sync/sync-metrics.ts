import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Metrics } from '../health/metrics.js';
import { Syncs } from './syncs.js';

/** Each mirror is compared once a day, so a week without a success is as bad as it gets: nothing older is read. */
const LOOK_BACK_MS = 8 * 86_400_000;

/** How long ago the mirrors were last compared with WeCom: what is older than a day and a half is no longer the truth. */
@Injectable()
export class SyncMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly syncs: Syncs,
  ) {}

  onModuleInit(): void {
    const age = this.metrics.gauge(
      'sync_age_seconds',
      'Since the last complete sync began its corp, or since it was connected: the oldest of all active corps',
      ['sync'],
    );
    this.metrics.lookBeforeRender([age], async () => {
      const ages = await this.oldest();
      return () => {
        for (const [sync, seconds] of ages) age.set({ sync }, seconds);
      };
    });
  }

  private async oldest(): Promise<Map<string, number>> {
    const now = this.clock.now().getTime();
    const corps = await this.unit.read(undefined, () =>
      this.database.query<{ id: CorpId; createdAt: Date }>(
        `SELECT id, created_at AS "createdAt" FROM platform.corps WHERE state = 'active'`,
      ),
    );
    const ages = new Map<string, number>();
    for (const { id, createdAt } of corps) {
      const successes = await this.lastSuccesses(id, new Date(now - LOOK_BACK_MS));
      for (const kind of this.syncs.kinds()) {
        const at = successes.get(kind) ?? createdAt;
        ages.set(kind, Math.max(ages.get(kind) ?? 0, (now - at.getTime()) / 1000));
      }
    }
    return ages;
  }

  /** Ids of operations begin with their time, so the primary key leads to those of the last days. */
  private async lastSuccesses(corpId: CorpId, since: Date): Promise<Map<string, Date>> {
    const first = since.getTime().toString(16).padStart(12, '0');
    const rows = await this.unit.read(corpId, () =>
      this.database.query<{ kind: string; at: Date }>(
        `SELECT kind, max(started_at) AS at FROM platform.operations
          WHERE corp_id = $1 AND id >= $2 AND state = 'succeeded' GROUP BY kind`,
        [corpId, `${first.slice(0, 8)}-${first.slice(8)}-7000-8000-000000000000`],
      ),
    );
    return new Map(rows.map(({ kind, at }) => [kind, at]));
  }
}
