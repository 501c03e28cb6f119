import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import { wecomApi, type WecomEndpoint } from '../../client/api.js';
import { limitsOf } from '../../client/call-quota.js';
import { DailyCalls, type DailyUse } from '../../client/daily-calls.js';
import { ShowCorps } from '../../connections/queries/show-corps.js';
import type { Texts } from '../advice.js';
import { apiNames } from '../api-names.js';

export interface WindowUse {
  readonly used: number;
  /** Of a minute and an hour: what this system keeps to, below what WeCom allows, because other software of the corp shares it. */
  readonly limit: number;
  readonly resetsAt: Date;
}

export interface ApiUse {
  /** `externalcontact/get` */
  readonly api: string;
  readonly name: Texts;
  readonly minute: WindowUse;
  readonly hour: WindowUse;
  /** Null where WeCom limits no days, as nearly everywhere. */
  readonly day: WindowUse | null;
  readonly month: WindowUse | null;
  /** WeCom answered 45009; until then nothing is called. */
  readonly blockedUntil: Date | null;
}

interface UseRow {
  path: string;
  minuteUsed: number;
  hourUsed: number;
  blockedUntil: Date | null;
}

interface Turns {
  now: Date;
  minuteEnds: Date;
  hourEnds: Date;
  dayEnds: Date;
  monthEnds: Date;
}

/** What is used of the limits of calls. Inside an open unit of work of the corp. */
@Injectable()
export class ShowQuota {
  constructor(
    private readonly database: Database,
    private readonly corps: ShowCorps,
    private readonly dailyCalls: DailyCalls,
  ) {}

  /** @throws auth.corp_not_found */
  async show(corpId: CorpId): Promise<{ at: Date; apis: ApiUse[] }> {
    await this.corps.get(corpId);
    const turns = await this.database.one<Turns>(
      `SELECT now, date_trunc('minute', now, 'UTC') + interval '1 minute' AS "minuteEnds",
              date_trunc('hour', now, 'UTC') + interval '1 hour' AS "hourEnds",
              date_trunc('day', now, 'Asia/Shanghai') + interval '1 day' AS "dayEnds",
              (date_trunc('month', now AT TIME ZONE 'Asia/Shanghai') + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AS "monthEnds"
         FROM clock_timestamp() AS now`,
    );
    const rows = await this.database.query<UseRow>(
      `SELECT api AS path,
              CASE WHEN minute_start = date_trunc('minute', $2::timestamptz, 'UTC') THEN minute_used ELSE 0 END AS "minuteUsed",
              CASE WHEN hour_start = date_trunc('hour', $2::timestamptz, 'UTC') THEN hour_used ELSE 0 END AS "hourUsed",
              CASE WHEN blocked_until > $2 THEN blocked_until END AS "blockedUntil"
         FROM wecom.quota_windows WHERE corp_id = $1`,
      [corpId, turns.now],
    );
    const byPath = new Map(rows.map((row) => [row.path, row]));
    const daily = new Map((await this.dailyCalls.used(corpId)).map((use) => [use.path, use]));
    const apis = Object.values(wecomApi).map((endpoint) => {
      const row = byPath.get(endpoint.path);
      const { perMinute, perHour } = limitsOf(endpoint);
      return {
        api: endpoint.name,
        name: apiNames[endpoint.name],
        minute: { used: row?.minuteUsed ?? 0, limit: perMinute, resetsAt: turns.minuteEnds },
        hour: { used: row?.hourUsed ?? 0, limit: perHour, resetsAt: turns.hourEnds },
        ...longWindows(endpoint.longLimits, daily.get(endpoint.path), turns),
        blockedUntil: row?.blockedUntil ?? null,
      };
    });
    return { at: turns.now, apis };
  }
}

function longWindows(
  limits: WecomEndpoint['longLimits'],
  use: DailyUse | undefined,
  { dayEnds, monthEnds }: Turns,
): Pick<ApiUse, 'day' | 'month'> {
  if (!limits) return { day: null, month: null };
  return {
    day: { used: use?.day ?? 0, limit: limits.perDay, resetsAt: dayEnds },
    month: { used: use?.month ?? 0, limit: limits.perMonth, resetsAt: monthEnds },
  };
}
