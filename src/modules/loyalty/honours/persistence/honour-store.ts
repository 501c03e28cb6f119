import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Honour, HonourRuleKind } from '../domain/honour.js';

interface StoredHonour extends Omit<Honour, 'rule'> {
  readonly ruleKind: HonourRuleKind | null;
  readonly ruleRef: string | null;
  readonly ruleCount: number | null;
}

/** Of the rule `earned` with the wallet that it names. */
export interface RuledHonour extends Honour {
  readonly walletId: string | null;
}

const COLUMNS = `h.id, h.program_id AS "programId", h.key, h.kind, h.name_zh AS "nameZh", h.name_en AS "nameEn", h.mark,
  h.period, h.valid_days AS "validDays", h.rule_kind AS "ruleKind", h.rule_ref AS "ruleRef",
  h.rule_count AS "ruleCount", h.created_at AS "createdAt", h.ended_at AS "endedAt"`;

@Injectable()
export class HonourStore {
  constructor(private readonly database: Database) {}

  /** @returns how many were new: those whose key the program has already are left out */
  add(honours: readonly Honour[]): Promise<number> {
    return this.database.execute(
      `INSERT INTO loyalty.honours (corp_id, id, program_id, key, kind, name_zh, name_en, mark, period, valid_days,
              rule_kind, rule_ref, rule_count, created_at)
       SELECT $1, h.id, h."programId", h.key, h.kind, h."nameZh", h."nameEn", h.mark, h.period, h."validDays",
              h.rule->>'kind', h.rule->>'ref', (h.rule->>'count')::bigint, h."createdAt"
         FROM jsonb_to_recordset($2::jsonb) AS h(id uuid, "programId" uuid, key text, kind text, "nameZh" text,
              "nameEn" text, mark text, period text, "validDays" int, rule jsonb, "createdAt" timestamptz)
       ON CONFLICT (corp_id, program_id, key) DO NOTHING`,
      [this.database.corpId, JSON.stringify(honours)],
    );
  }

  async count(programId: string): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*) AS count FROM loyalty.honours WHERE corp_id = $1 AND program_id = $2',
      [this.database.corpId, programId],
    );
    return count;
  }

  async ofIds(ids: readonly string[]): Promise<Map<string, Honour>> {
    const rows = await this.database.query<StoredHonour>(
      `SELECT ${COLUMNS} FROM loyalty.honours h WHERE h.corp_id = $1 AND h.id = ANY($2::uuid[])`,
      [this.database.corpId, ids],
    );
    return new Map(rows.map((row) => [row.id, honourOf(row)]));
  }

  async listOf(programId: string): Promise<Honour[]> {
    const rows = await this.database.query<StoredHonour>(
      `SELECT ${COLUMNS} FROM loyalty.honours h WHERE h.corp_id = $1 AND h.program_id = $2 ORDER BY h.key`,
      [this.database.corpId, programId],
    );
    return rows.map(honourOf);
  }

  /** Those that a rule of these kinds still gives. */
  async listByRule(
    programIds: readonly string[],
    ruleKinds: readonly HonourRuleKind[],
  ): Promise<RuledHonour[]> {
    const rows = await this.database.query<StoredHonour & { walletId: string | null }>(
      `SELECT ${COLUMNS}, (SELECT w.id FROM loyalty.wallets w
                WHERE w.corp_id = $1 AND w.program_id = h.program_id AND w.key = h.rule_ref) AS "walletId"
         FROM loyalty.honours h
        WHERE h.corp_id = $1 AND h.program_id = ANY($2::uuid[]) AND h.rule_kind = ANY($3::text[]) AND h.ended_at IS NULL
        ORDER BY h.key`,
      [this.database.corpId, programIds, ruleKinds],
    );
    return rows.map((row) => ({ ...honourOf(row), walletId: row.walletId }));
  }

  /** Those that the winners of this board still get. */
  async listByBoard(ref: string): Promise<Honour[]> {
    const rows = await this.database.query<StoredHonour>(
      `SELECT ${COLUMNS} FROM loyalty.honours h
        WHERE h.corp_id = $1 AND h.rule_kind = 'board' AND h.rule_ref = $2 AND h.ended_at IS NULL ORDER BY h.key`,
      [this.database.corpId, ref],
    );
    return rows.map(honourOf);
  }

  async end(id: string, at: Date): Promise<void> {
    await this.database.execute(
      'UPDATE loyalty.honours SET ended_at = coalesce(ended_at, $3) WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, id, at],
    );
  }
}

function honourOf({ ruleKind, ruleRef, ruleCount, ...honour }: StoredHonour): Honour {
  return { ...honour, rule: ruleKind === null ? null : { kind: ruleKind, ref: ruleRef, count: ruleCount } };
}
