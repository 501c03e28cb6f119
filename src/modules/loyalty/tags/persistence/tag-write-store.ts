import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { POINTS_WALLET } from '../../programs/domain/program.js';

export const TAG_WRITE_STATES = ['waiting', 'calling', 'done', 'refused'] as const;
/** calling: WeCom is being called, or was and nobody knows whether it acted; calling again does no harm. */
export type TagWriteState = (typeof TAG_WRITE_STATES)[number];

/** What one relation shall show. */
export interface TagWish {
  readonly customerId: string;
  readonly staffUserId: string;
  readonly externalUserId: string;
  readonly wished: readonly string[];
}

export interface TagWrite extends TagWish {
  readonly programId: string;
  /** Tags of ours that it has, or may have. */
  readonly put: readonly string[];
  readonly state: TagWriteState;
  readonly version: number;
}

export interface ShownTagWrite extends TagWrite {
  readonly requestedAt: Date;
  readonly settledAt: Date | null;
  readonly errcode: number | null;
  readonly problem: string | null;
}

export interface TaggedMember {
  readonly memberId: string;
  readonly customerId: string;
  readonly level: string | null;
  readonly balance: number;
}

/** Wishes for tags, one for each relation, and what became of them. Inside an open unit of work. */
@Injectable()
export class TagWriteStore {
  constructor(private readonly database: Database) {}

  /** How these customers stand in the program. */
  members(programId: string, customerIds: readonly string[]): Promise<TaggedMember[]> {
    return this.database.query<TaggedMember>(
      `SELECT m.id AS "memberId", m.customer_id AS "customerId", l.level, coalesce(a.posted, 0) AS balance
         FROM loyalty.members m
         JOIN loyalty.wallets w ON w.corp_id = m.corp_id AND w.program_id = m.program_id AND w.key = $4
         LEFT JOIN loyalty.accounts a ON a.corp_id = m.corp_id AND a.member_id = m.id AND a.wallet_id = w.id
         LEFT JOIN loyalty.member_levels l ON l.corp_id = m.corp_id AND l.program_id = m.program_id AND l.member_id = m.id
        WHERE m.corp_id = $1 AND m.program_id = $2 AND m.customer_id = ANY ($3::uuid[])`,
      [this.database.corpId, programId, customerIds, POINTS_WALLET],
    );
  }

  async customersAfter(programId: string, after: string | undefined, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT customer_id AS id FROM loyalty.members
        WHERE corp_id = $1 AND program_id = $2 AND ($3::uuid IS NULL OR customer_id > $3) ORDER BY customer_id LIMIT $4`,
      [this.database.corpId, programId, after ?? null, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Notes what is to be shown where it differs from what was wished last or was refused then, and forgets relations of these customers that are
   * over: their tags went with them. @returns whether something is to be written.
   */
  async wish(
    programId: string,
    customerIds: readonly string[],
    wishes: readonly TagWish[],
  ): Promise<boolean> {
    const { corpId } = this.database;
    const json = JSON.stringify(wishes);
    await this.database.execute(
      `DELETE FROM loyalty.tag_writes w
        WHERE w.corp_id = $1 AND w.program_id = $2 AND w.customer_id = ANY ($3::uuid[])
          AND NOT EXISTS (SELECT FROM ${RECORDS.replace('$3', '$4')}
                           WHERE n."customerId" = w.customer_id AND n."staffUserId" = w.staff_user_id)`,
      [corpId, programId, customerIds, json],
    );
    const changed = await this.database.execute(
      `INSERT INTO loyalty.tag_writes AS w (corp_id, program_id, customer_id, staff_user_id, external_user_id, wished, put, state,
              version, requested_at)
       SELECT $1, $2, n."customerId", n."staffUserId", n."externalUserId", n.wished, '{}', 'waiting', 1, clock_timestamp()
         FROM ${RECORDS}
        WHERE cardinality(n.wished) > 0 OR EXISTS (
              SELECT FROM loyalty.tag_writes k WHERE k.corp_id = $1 AND k.program_id = $2 AND k.customer_id = n."customerId"
                 AND k.staff_user_id = n."staffUserId")
       ON CONFLICT (corp_id, program_id, customer_id, staff_user_id) DO UPDATE
          SET wished = excluded.wished, state = 'waiting', version = w.version + 1, requested_at = excluded.requested_at,
              settled_at = NULL, errcode = NULL, problem = NULL
        WHERE w.wished <> excluded.wished OR w.state = 'refused'`,
      [corpId, programId, json],
    );
    return changed > 0;
  }

  /** The oldest of the corp that WeCom does not have yet. */
  async next(): Promise<TagWrite | undefined> {
    return this.database.maybeOne<TagWrite>(
      `${SELECT} AND settled_at IS NULL ORDER BY requested_at LIMIT 1`,
      [this.database.corpId],
    );
  }

  /** Before the call: from now on the relation may have both. @returns false when a newer wish came. */
  async call({ put, wished, ...write }: TagWrite): Promise<boolean> {
    const both = [...new Set([...put, ...wished])].sort();
    const moved = await this.database.execute(
      `UPDATE loyalty.tag_writes SET state = 'calling', put = $6 WHERE corp_id = $1 AND ${KEY} AND version = $5 AND settled_at IS NULL`,
      [...this.keyOf(write), write.version, both],
    );
    return moved === 1;
  }

  /** After it. What was wished meanwhile is still to be written. */
  async settle(
    write: TagWrite,
    outcome: {
      put: readonly string[];
      state: 'waiting' | 'done' | 'refused';
      errcode?: number;
      problem?: string;
    },
  ): Promise<void> {
    const { put, state, errcode = null, problem = null } = outcome;
    await this.database.execute(
      `UPDATE loyalty.tag_writes
          SET put = $6, state = CASE WHEN version = $5 THEN $7 ELSE state END,
              settled_at = CASE WHEN version = $5 AND $7 <> 'waiting' THEN clock_timestamp() ELSE settled_at END,
              errcode = CASE WHEN version = $5 THEN $8::int END, problem = CASE WHEN version = $5 THEN $9 END
        WHERE corp_id = $1 AND ${KEY}`,
      [...this.keyOf(write), write.version, put, state, errcode, problem],
    );
  }

  /** Tags that are gone are on nobody any more. */
  async forgetTags(wecomTagIds: readonly string[]): Promise<void> {
    await this.database.execute(
      `UPDATE loyalty.tag_writes
          SET put = ARRAY (SELECT tag FROM unnest(put) AS tag WHERE tag <> ALL ($2::text[]) ORDER BY tag)
        WHERE corp_id = $1 AND EXISTS (SELECT FROM unnest(put) AS tag WHERE tag = ANY ($2::text[]))`,
      [this.database.corpId, wecomTagIds],
    );
  }

  /** By the primary key. */
  list(
    programId: string,
    state: TagWriteState | undefined,
    after: { customerId: string; staffUserId: string } | undefined,
    limit: number,
  ): Promise<ShownTagWrite[]> {
    return this.database.query<ShownTagWrite>(
      `${SELECT} AND program_id = $2 AND ($3::text IS NULL OR state = $3)
         AND ($4::uuid IS NULL OR (customer_id, staff_user_id) > ($4, $5))
       ORDER BY customer_id, staff_user_id LIMIT $6`,
      [
        this.database.corpId,
        programId,
        state ?? null,
        after?.customerId ?? null,
        after?.staffUserId ?? null,
        limit,
      ],
    );
  }

  private keyOf(write: Pick<TagWrite, 'programId' | 'customerId' | 'staffUserId'>): string[] {
    return [this.database.corpId, write.programId, write.customerId, write.staffUserId];
  }
}

const KEY = 'program_id = $2 AND customer_id = $3 AND staff_user_id = $4';
const RECORDS = `jsonb_to_recordset($3::jsonb)
  AS n("customerId" uuid, "staffUserId" text, "externalUserId" text, wished text[])`;
const SELECT = `
  SELECT program_id AS "programId", customer_id AS "customerId", staff_user_id AS "staffUserId",
         external_user_id AS "externalUserId", wished, put, state, version, requested_at AS "requestedAt",
         settled_at AS "settledAt", errcode, problem
    FROM loyalty.tag_writes WHERE corp_id = $1`;
