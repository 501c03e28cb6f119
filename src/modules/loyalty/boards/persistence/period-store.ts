import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { PreparedStatement } from '../../../../platform/database/scoped-query.js';
import type { Period } from '../../programs/domain/program-time.js';
import type { BoardPeriod, BoardPeriodKind, Prize, Standing } from '../domain/board.js';

/** A board that has earnings in a time for which it has no period yet. */
export interface MissingPeriod {
  readonly boardId: string;
  readonly at: Date;
  readonly periodKind: Exclude<BoardPeriodKind, 'fixed'>;
  readonly timeZone: string;
}

export interface StoredPeriod extends BoardPeriod {
  readonly id: string;
  readonly boardId: string;
}

const COLUMNS = `p.id, p.board_id AS "boardId", p.key, p.starts_at AS "startsAt", p.ends_at AS "endsAt",
  p.closed_at AS "closedAt"`;

/** Part of every posting that earns. */
const COUNT: PreparedStatement = {
  name: 'loyalty-count-on-boards',
  text: `
    SELECT m.missing_board AS "boardId", m.missing_at AS at, b.period_kind AS "periodKind", g.time_zone AS "timeZone"
      FROM loyalty.count_on_boards($1, $2::uuid[], $3::bigint[]) m
      JOIN loyalty.boards b ON b.corp_id = $1 AND b.id = m.missing_board
      JOIN loyalty.programs g ON g.corp_id = $1 AND g.id = b.program_id`,
};

/** Periods of leaderboards and what is counted in them. Inside an open unit of work. */
@Injectable()
export class PeriodStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** Counts entries of this transaction; where periods are missing it says which, and has counted nothing. */
  count(entries: readonly { readonly accountId: string; readonly seq: number }[]): Promise<MissingPeriod[]> {
    return this.database.query<MissingPeriod>(COUNT, [
      this.database.corpId,
      entries.map(({ accountId }) => accountId),
      entries.map(({ seq }) => seq),
    ]);
  }

  /** What is there already stays. */
  async open(periods: readonly { boardId: string; period: Period }[]): Promise<void> {
    await this.database.execute(
      `INSERT INTO loyalty.board_periods (corp_id, id, board_id, key, starts_at, ends_at)
       SELECT $1, i.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[]) AS i
       ON CONFLICT (corp_id, board_id, key) DO NOTHING`,
      [
        this.database.corpId,
        periods.map(() => this.ids.next()),
        periods.map(({ boardId }) => boardId),
        periods.map(({ period }) => period.key),
        periods.map(({ period }) => period.startsAt),
        periods.map(({ period }) => period.endsAt),
      ],
    );
  }

  find(boardId: string, key: string): Promise<StoredPeriod | undefined> {
    return this.database.maybeOne<StoredPeriod>(
      `SELECT ${COLUMNS} FROM loyalty.board_periods p WHERE p.corp_id = $1 AND p.board_id = $2 AND p.key = $3`,
      [this.database.corpId, boardId, key],
    );
  }

  /** The newest first. */
  list(boardId: string, before: { startsAt: string } | undefined, limit: number): Promise<StoredPeriod[]> {
    return this.database.query<StoredPeriod>(
      `SELECT ${COLUMNS} FROM loyalty.board_periods p
        WHERE p.corp_id = $1 AND p.board_id = $2 AND ($3::timestamptz IS NULL OR p.starts_at < $3)
        ORDER BY p.starts_at DESC LIMIT $4`,
      [this.database.corpId, boardId, before?.startsAt ?? null, limit],
    );
  }

  /** What ended before a moment. Nobody may count meanwhile. */
  close(endedBefore: Date, now: Date): Promise<number> {
    return this.database.execute(
      `UPDATE loyalty.board_periods SET closed_at = $3
        WHERE corp_id = $1 AND announced_at IS NULL AND closed_at IS NULL AND ends_at <= $2`,
      [this.database.corpId, endedBefore, now],
    );
  }

  /** What is earned later belongs to no period of this board. */
  async closeBoard(boardId: string, now: Date): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.board_periods SET closed_at = $3, ends_at = least(ends_at, $3::timestamptz + interval '1 ms')
        WHERE corp_id = $1 AND board_id = $2 AND closed_at IS NULL`,
      [this.database.corpId, boardId, now],
    );
  }

  async hasDue(endedBefore: Date): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM loyalty.board_periods
        WHERE corp_id = $1 AND announced_at IS NULL AND closed_at IS NULL AND ends_at <= $2 LIMIT 1`,
      [this.database.corpId, endedBefore],
    );
    return rows.length > 0;
  }

  /** One that is closed and not yet announced, which the caller now does: nobody else gets it. */
  takeClosed(now: Date): Promise<StoredPeriod | undefined> {
    return this.database.maybeOne<StoredPeriod>(
      `UPDATE loyalty.board_periods p SET announced_at = $2
        WHERE p.corp_id = $1 AND p.id = (
              SELECT c.id FROM loyalty.board_periods c
               WHERE c.corp_id = $1 AND c.announced_at IS NULL AND c.closed_at IS NOT NULL
               ORDER BY c.ends_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING ${COLUMNS}`,
      [this.database.corpId, now],
    );
  }

  async insertResults(
    periodId: string,
    results: readonly { standing: Standing; prize: Prize | undefined }[],
  ): Promise<void> {
    const rows = results.map(({ standing, prize }) => ({ ...standing, zh: prize?.zh, en: prize?.en }));
    await this.database.execute(
      `INSERT INTO loyalty.board_results (corp_id, period_id, rank, member_id, customer_id, points, reached_at, prize_zh, prize_en)
       SELECT $1, $2, i.rank, i."memberId", i."customerId", i.points, s.reached_at, i.zh, i.en
         FROM jsonb_to_recordset($3::jsonb) AS i(rank int, "memberId" uuid, "customerId" uuid, points bigint, zh text, en text)
         JOIN loyalty.board_standings s ON s.corp_id = $1 AND s.period_id = $2 AND s.member_id = i."memberId"`,
      [this.database.corpId, periodId, JSON.stringify(rows)],
    );
  }
}
