import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { Board, BoardContent, BoardScope } from '../domain/board.js';

const COLUMNS = `id, program_id AS "programId", wallet_id AS "walletId", name_zh AS "nameZh", name_en AS "nameEn",
  period_kind AS "periodKind", starts_at AS "startsAt", ends_at AS "endsAt", rule_ids AS "ruleIds", winners, prizes,
  counts_from AS "countsFrom", ended_at AS "endedAt", created_at AS "createdAt"`;

/** Rows of leaderboards. Inside an open unit of work. */
@Injectable()
export class BoardStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /**
   * Nobody counts until this unit has ended, and then sees what it wrote; waits for postings under way. Keep such a unit
   * short: all postings of the corp wait.
   */
  async stopCounting(): Promise<void> {
    await this.database.execute(
      `SELECT pg_advisory_xact_lock(hashtextextended('loyalty.boards:' || $1, 0))`,
      [this.database.corpId],
    );
  }

  insert(board: BoardScope & BoardContent & { readonly countsFrom: Date }, now: Date): Promise<Board> {
    return this.database.one<Board>(
      `INSERT INTO loyalty.boards (corp_id, id, program_id, wallet_id, name_zh, name_en, period_kind, starts_at, ends_at,
              rule_ids, winners, prizes, counts_from, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid[], $11, $12::jsonb, $13, $14) RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        this.ids.next(),
        board.programId,
        board.walletId,
        board.nameZh,
        board.nameEn,
        board.periodKind,
        board.startsAt,
        board.endsAt,
        board.ruleIds,
        board.winners,
        JSON.stringify(board.prizes),
        board.countsFrom,
        now,
      ],
    );
  }

  find(id: string): Promise<Board | undefined> {
    return this.database.maybeOne<Board>(
      `SELECT ${COLUMNS} FROM loyalty.boards WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }

  list(programId: string | undefined, after: { id: string } | undefined, limit: number): Promise<Board[]> {
    return this.database.query<Board>(
      `SELECT ${COLUMNS} FROM loyalty.boards
        WHERE corp_id = $1 AND ($2::uuid IS NULL OR program_id = $2) AND ($3::uuid IS NULL OR id > $3)
        ORDER BY id LIMIT $4`,
      [this.database.corpId, programId ?? null, after?.id ?? null, limit],
    );
  }

  async countOpen(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM loyalty.boards WHERE corp_id = $1 AND ended_at IS NULL`,
      [this.database.corpId],
    );
    return count;
  }

  async update(id: string, content: BoardContent): Promise<Board | undefined> {
    return this.database.maybeOne<Board>(
      `UPDATE loyalty.boards SET name_zh = $3, name_en = $4, winners = $5, prizes = $6::jsonb
        WHERE corp_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [
        this.database.corpId,
        id,
        content.nameZh,
        content.nameEn,
        content.winners,
        JSON.stringify(content.prizes),
      ],
    );
  }

  /** @returns false when there is none that counts. */
  async end(id: string, now: Date): Promise<boolean> {
    const ended = await this.database.execute(
      `UPDATE loyalty.boards SET ended_at = $3 WHERE corp_id = $1 AND id = $2 AND ended_at IS NULL`,
      [this.database.corpId, id, now],
    );
    return ended > 0;
  }

  async knowsRules(programId: string, ruleIds: readonly string[]): Promise<boolean> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count FROM loyalty.earning_rules WHERE corp_id = $1 AND program_id = $2 AND id = ANY($3::uuid[])`,
      [this.database.corpId, programId, ruleIds],
    );
    return count === new Set(ruleIds).size;
  }
}
