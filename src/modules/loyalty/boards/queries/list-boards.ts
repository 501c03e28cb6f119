import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { boardsErrors } from '../boards.errors.js';
import type { Board } from '../domain/board.js';
import { BoardStore } from '../persistence/board-store.js';
import { PeriodStore, type StoredPeriod } from '../persistence/period-store.js';

/** A late change of a closed period, which its standings do not show. */
export interface Correction {
  readonly memberId: string;
  readonly accountId: string;
  /** The entry that came too late. */
  readonly seq: number;
  /** The earning that it belongs to. */
  readonly earningSeq: number;
  readonly kind: 'earn' | 'reverse' | 'expire';
  readonly amount: number;
  readonly recordedAt: Date;
}
export type CorrectionKey = Pick<Correction, 'accountId' | 'seq' | 'earningSeq'>;

/** Lists of boards, of their periods and of corrections. Inside an open unit of work. */
@Injectable()
export class ListBoards {
  constructor(
    private readonly database: Database,
    private readonly store: BoardStore,
    private readonly periodStore: PeriodStore,
  ) {}

  boards(programId: string | undefined, after: { id: string } | undefined, limit: number): Promise<Board[]> {
    return this.store.list(programId, after, limit);
  }

  /** The newest first. @throws loyalty.board_not_found */
  async periods(
    boardId: string,
    before: { startsAt: string } | undefined,
    limit: number,
  ): Promise<StoredPeriod[]> {
    if (!(await this.store.find(boardId))) throw boardsErrors.board_not_found();
    return this.periodStore.list(boardId, before, limit);
  }

  /** @param periodId undefined: of a period in which nobody has earned. */
  corrections(
    periodId: string | undefined,
    after: CorrectionKey | undefined,
    limit: number,
  ): Promise<Correction[]> {
    return this.database.query<Correction>(
      `SELECT member_id AS "memberId", account_id AS "accountId", seq, earning_seq AS "earningSeq", kind, amount,
              recorded_at AS "recordedAt"
         FROM loyalty.board_corrections
        WHERE corp_id = $1 AND period_id = $2
          AND ($3::uuid IS NULL OR (account_id, seq, earning_seq) > ($3::uuid, $4::bigint, $5::bigint))
        ORDER BY account_id, seq, earning_seq LIMIT $6`,
      [
        this.database.corpId,
        periodId ?? null,
        after?.accountId ?? null,
        after?.seq ?? 0,
        after?.earningSeq ?? 0,
        limit,
      ],
    );
  }
}
