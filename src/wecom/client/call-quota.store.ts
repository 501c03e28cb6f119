import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

export interface QuotaLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

export type QuotaAnswer = { granted: true; windowLeftMs: number } | { granted: false; waitMs: number };

/** The counters that all processes share, one row for each corp and API path, on the database's clock. */
@Injectable()
export class CallQuotaStore {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
  ) {}

  /** Takes `size` calls from the present minute and hour, or none. `size` is at most either limit. */
  take(corpId: CorpId, api: string, size: number, limits: QuotaLimits): Promise<QuotaAnswer> {
    return this.unitOfWork.run(corpId, async () => {
      const granted = await this.database.maybeOne<{ windowLeftMs: number }>(
        // Guarded upsert on the primary key. A window that began later than this statement's own wins: the row lock may
        // have been waited for across the turn of a minute.
        `INSERT INTO wecom.quota_windows AS q (corp_id, api, minute_start, minute_used, hour_start, hour_used)
         VALUES ($1, $2, date_trunc('minute', clock_timestamp(), 'UTC'), $3,
                 date_trunc('hour', clock_timestamp(), 'UTC'), $3)
         ON CONFLICT (corp_id, api) DO UPDATE SET
           minute_used = CASE WHEN q.minute_start >= excluded.minute_start THEN q.minute_used ELSE 0 END + $3,
           minute_start = greatest(q.minute_start, excluded.minute_start),
           hour_used = CASE WHEN q.hour_start >= excluded.hour_start THEN q.hour_used ELSE 0 END + $3,
           hour_start = greatest(q.hour_start, excluded.hour_start)
         WHERE (q.blocked_until IS NULL OR q.blocked_until <= clock_timestamp())
           AND CASE WHEN q.minute_start >= excluded.minute_start THEN q.minute_used ELSE 0 END + $3 <= $4
           AND CASE WHEN q.hour_start >= excluded.hour_start THEN q.hour_used ELSE 0 END + $3 <= $5
         RETURNING (extract(epoch FROM minute_start + interval '1 minute' - clock_timestamp()) * 1000)::int
           AS "windowLeftMs"`,
        [corpId, api, size, limits.perMinute, limits.perHour],
      );
      if (granted) return { granted: true, windowLeftMs: granted.windowLeftMs };
      return { granted: false, waitMs: await this.waitMs(corpId, api, limits) };
    });
  }

  /**
   * A block lasts as long as the window that was exceeded, and WeCom does not say which: a minute first, an hour when
   * the block comes back right after. Parallel calls that were refused together count once.
   */
  async block(corpId: CorpId, api: string): Promise<void> {
    await this.unitOfWork.run(corpId, () =>
      this.database.execute(
        `INSERT INTO wecom.quota_windows AS q (corp_id, api, minute_start, minute_used, hour_start, hour_used, blocked_until)
         VALUES ($1, $2, date_trunc('minute', clock_timestamp(), 'UTC'), 0,
                 date_trunc('hour', clock_timestamp(), 'UTC'), 0, clock_timestamp() + interval '1 minute')
         ON CONFLICT (corp_id, api) DO UPDATE SET
           blocked_until = clock_timestamp() + CASE WHEN q.blocked_until > clock_timestamp() - interval '2 minutes'
             THEN interval '1 hour' ELSE interval '1 minute' END
         WHERE q.blocked_until IS NULL OR q.blocked_until <= clock_timestamp()`,
        [corpId, api],
      ),
    );
  }

  async isBlocked(corpId: CorpId, api: string): Promise<boolean> {
    const blocked = await this.unitOfWork.read(corpId, () =>
      this.database.maybeOne(
        `SELECT FROM wecom.quota_windows
          WHERE corp_id = $1 AND api = $2 AND blocked_until > clock_timestamp()`,
        [corpId, api],
      ),
    );
    return blocked !== undefined;
  }

  private async waitMs(corpId: CorpId, api: string, limits: QuotaLimits): Promise<number> {
    const { waitMs } = await this.database.one<{ waitMs: number }>(
      `SELECT (extract(epoch FROM greatest(
                 CASE WHEN blocked_until > clock_timestamp() THEN blocked_until END,
                 CASE WHEN hour_used >= $4 THEN hour_start + interval '1 hour' END,
                 CASE WHEN minute_used >= $3 THEN minute_start + interval '1 minute' END,
                 clock_timestamp() + interval '1 millisecond') - clock_timestamp()) * 1000)::int + 1 AS "waitMs"
         FROM wecom.quota_windows WHERE corp_id = $1 AND api = $2`,
      [corpId, api, limits.perMinute, limits.perHour],
    );
    return Math.max(1, waitMs);
  }
}
