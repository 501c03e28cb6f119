import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { Database } from '../../platform/database/database.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { WecomEndpoint } from './api.js';

/** WeCom's days begin at midnight in China. */
const WECOM_NOW = `(clock_timestamp() AT TIME ZONE 'Asia/Shanghai')`;

export interface DailyUse {
  readonly path: string;
  readonly day: number;
  readonly month: number;
}

/**
 * Calls that WeCom limits by its day and month, counted for a person to see. It refuses nothing: WeCom does, and then the
 * API is left alone for a while (`CallQuota`).
 */
@Injectable()
export class DailyCalls {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
  ) {}

  /** Before the call, so that none is missing; one that WeCom then refuses is counted too. */
  async count(corpId: CorpId, { path }: WecomEndpoint): Promise<void> {
    await this.unitOfWork.run(corpId, () =>
      this.database.execute(
        `WITH over AS (DELETE FROM wecom.daily_calls
                        WHERE corp_id = $1 AND api = $2 AND day < date_trunc('month', ${WECOM_NOW})::date)
         INSERT INTO wecom.daily_calls AS d (corp_id, api, day, used) VALUES ($1, $2, ${WECOM_NOW}::date, 1)
         ON CONFLICT (corp_id, api, day) DO UPDATE SET used = d.used + 1`,
        [corpId, path],
      ),
    );
  }

  /** Inside an open unit of work. @returns nothing for an API that was not called this month. */
  used(corpId: CorpId): Promise<DailyUse[]> {
    return this.database.query<DailyUse>(
      `SELECT api AS path, sum(used)::int AS month,
              coalesce(sum(used) FILTER (WHERE day = ${WECOM_NOW}::date), 0)::int AS day
         FROM wecom.daily_calls WHERE corp_id = $1 AND day >= date_trunc('month', ${WECOM_NOW})::date GROUP BY api`,
      [corpId],
    );
  }
}
