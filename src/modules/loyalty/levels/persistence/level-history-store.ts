import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ChangeReason } from '../domain/level-state.js';

/** An interval of the history, which lasts until the next one starts. */
export interface LevelStart {
  readonly memberId: string;
  readonly startedAt: Date;
  readonly level: string;
  readonly fromLevel: string | null;
  readonly reason: ChangeReason;
  readonly score: number;
  readonly tableId: string;
  readonly note: string | null;
  readonly actor: string;
}

export interface LevelInterval extends LevelStart {
  /** null: it lasts. */
  readonly endedAt: Date | null;
}

export interface LevelGrant {
  readonly memberId: string;
  readonly level: string;
  readonly benefit: string;
  readonly period: string;
  readonly tableId: string;
  readonly grantedAt: Date;
}

export interface DeliveredGrant extends LevelGrant {
  readonly deliveredAt: Date | null;
  readonly problem: string | null;
}

/** What became of levels and of what they bring. Inside an open unit of work. */
@Injectable()
export class LevelHistoryStore {
  constructor(private readonly database: Database) {}

  async insert(starts: readonly LevelStart[]): Promise<void> {
    if (starts.length === 0) return;
    await this.database.execute(
      `INSERT INTO loyalty.level_history (corp_id, member_id, started_at, level, from_level, reason, score, table_id, note, actor,
              recorded_at)
       SELECT $1, n."memberId", n."startedAt", n.level, n."fromLevel", n.reason, n.score, n."tableId", n.note, n.actor,
              statement_timestamp()
         FROM jsonb_to_recordset($2::jsonb) AS n("memberId" uuid, "startedAt" timestamptz, level text, "fromLevel" text,
              reason text, score bigint, "tableId" uuid, note text, actor text)`,
      [this.database.corpId, JSON.stringify(starts)],
    );
  }

  /** Of these members, those whose history tells of nothing but such beginnings. */
  async listBeginning(memberIds: readonly string[], beginnings: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM unnest($2::uuid[]) AS m(id)
        WHERE NOT EXISTS (SELECT FROM loyalty.level_history h
                           WHERE h.corp_id = $1 AND h.member_id = m.id AND h.reason <> ALL ($3::text[]))`,
      [this.database.corpId, memberIds, beginnings],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async forget(memberIds: readonly string[]): Promise<void> {
    await this.database.execute(
      'DELETE FROM loyalty.level_history WHERE corp_id = $1 AND member_id = ANY ($2::uuid[])',
      [this.database.corpId, memberIds],
    );
  }

  /** The newest first. An interval ends where the next one starts, so none can be missing and none can overlap. */
  list(memberId: string, before: { startedAt: string } | undefined, limit: number): Promise<LevelInterval[]> {
    return this.database.query<LevelInterval>(
      `SELECT member_id AS "memberId", started_at AS "startedAt", level, from_level AS "fromLevel", reason, score,
              table_id AS "tableId", note, actor,
              (SELECT min(later.started_at) FROM loyalty.level_history later
                WHERE later.corp_id = $1 AND later.member_id = $2 AND later.started_at > h.started_at) AS "endedAt"
         FROM loyalty.level_history h
        WHERE corp_id = $1 AND member_id = $2 AND ($3::timestamptz IS NULL OR started_at < $3)
        ORDER BY started_at DESC LIMIT $4`,
      [this.database.corpId, memberId, before?.startedAt ?? null, limit],
    );
  }

  /** Each (member, level, benefit, period) once, whoever comes first. @returns those that are new. */
  async grant(grants: readonly LevelGrant[]): Promise<LevelGrant[]> {
    if (grants.length === 0) return [];
    return this.database.query<LevelGrant>(
      `INSERT INTO loyalty.level_grants AS g (corp_id, member_id, level, benefit, period, table_id, granted_at)
       SELECT $1, n."memberId", n.level, n.benefit, n.period, n."tableId", n."grantedAt"
         FROM jsonb_to_recordset($2::jsonb) AS n("memberId" uuid, level text, benefit text, period text, "tableId" uuid,
              "grantedAt" timestamptz)
        ORDER BY n."memberId", n.level, n.benefit, n.period
       ON CONFLICT DO NOTHING
       RETURNING g.member_id AS "memberId", g.level, g.benefit, g.period, g.table_id AS "tableId", g.granted_at AS "grantedAt"`,
      [this.database.corpId, JSON.stringify(grants)],
    );
  }

  /** A problem is a code of the error list. */
  async settleGrants(
    settled: readonly {
      memberId: string;
      level: string;
      benefit: string;
      period: string;
      problem: string | null;
    }[],
    at: Date,
  ): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.level_grants g SET problem = n.problem, delivered_at = CASE WHEN n.problem IS NULL THEN $3::timestamptz END
         FROM jsonb_to_recordset($2::jsonb) AS n("memberId" uuid, level text, benefit text, period text, problem text)
        WHERE g.corp_id = $1 AND g.member_id = n."memberId" AND g.level = n.level AND g.benefit = n.benefit
          AND g.period = n.period`,
      [this.database.corpId, JSON.stringify(settled), at],
    );
  }

  /** By the grants' key. */
  grantsOf(
    memberId: string,
    after: { level: string; benefit: string; period: string } | undefined,
    limit: number,
  ): Promise<DeliveredGrant[]> {
    return this.database.query<DeliveredGrant>(
      `SELECT member_id AS "memberId", level, benefit, period, table_id AS "tableId", granted_at AS "grantedAt",
              delivered_at AS "deliveredAt", problem
         FROM loyalty.level_grants
        WHERE corp_id = $1 AND member_id = $2
          AND ($3::text IS NULL OR (level, benefit, period) > ($3, $4, $5))
        ORDER BY level, benefit, period LIMIT $6`,
      [
        this.database.corpId,
        memberId,
        after?.level ?? null,
        after?.benefit ?? null,
        after?.period ?? null,
        limit,
      ],
    );
  }
}
