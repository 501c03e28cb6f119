import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { RecentReads } from '../../../../platform/database/recent-reads.js';
import { POINTS_WALLET } from '../../programs/domain/program.js';
import type { BandTag, TagRules } from '../domain/tag-rules.js';

interface StoredRule {
  readonly programId: string;
  readonly wecomTagId: string;
  readonly level: string | null;
  readonly from: number | null;
  readonly below: number | null;
}

/** Bands of a wallet, and whose it is. */
export interface WalletBands {
  readonly programId: string;
  readonly bands: readonly BandTag[];
}

/** Inside an open unit of work. */
@Injectable()
export class TagRuleStore {
  /** Of each wallet that postings touch; most have none. */
  private readonly recent = new RecentReads<WalletBands>();

  constructor(private readonly database: Database) {}

  /** Whoever works out what customers shall show does so alone for a program, so that the newest state wins. */
  async lock(programId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `loyalty.tags ${programId}`,
    ]);
  }

  /** Of these tags, whether another program writes one: each would take from customers what the other gives them. */
  async isTaken(programId: string, wecomTagIds: readonly string[]): Promise<boolean> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `loyalty.tag-rules ${this.database.corpId}`, // two programs do not take one at the same time
    ]);
    const taken = await this.database.query(
      `SELECT FROM loyalty.tag_rules
        WHERE corp_id = $1 AND program_id <> $2 AND wecom_tag_id = ANY ($3::text[]) LIMIT 1`,
      [this.database.corpId, programId, wecomTagIds],
    );
    return taken.length > 0;
  }

  async get(programId: string): Promise<TagRules> {
    return rulesOf(
      await this.database.query<StoredRule>(
        `${SELECT} AND program_id = $2 ORDER BY balance_from, wecom_tag_id`,
        [this.database.corpId, programId],
      ),
    );
  }

  async replace(programId: string, { levels, bands }: TagRules): Promise<void> {
    const rules = [
      ...levels.map(({ level, wecomTagId }) => ({ wecomTagId, level })),
      ...bands.map(({ from, below, wecomTagId }) => ({ wecomTagId, from, below })),
    ];
    const scope = [this.database.corpId, programId];
    await this.database.execute(
      'DELETE FROM loyalty.tag_rules WHERE corp_id = $1 AND program_id = $2',
      scope,
    );
    await this.database.execute(
      `INSERT INTO loyalty.tag_rules (corp_id, program_id, wecom_tag_id, level, balance_from, balance_below)
       SELECT $1, $2, n."wecomTagId", n.level, n."from", n.below
         FROM jsonb_to_recordset($3::jsonb) AS n("wecomTagId" text, level text, "from" bigint, below bigint)`,
      [...scope, JSON.stringify(rules)],
    );
  }

  /** Programs that write tags. */
  async listPrograms(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT DISTINCT program_id AS id FROM loyalty.tag_rules WHERE corp_id = $1 ORDER BY id',
      [this.database.corpId],
    );
    return rows.map(({ id }) => id);
  }

  /** By wallet, up to a second old. */
  bandsOf(walletIds: readonly string[]): Promise<Map<string, WalletBands>> {
    return this.recent.get(this.database.corpId, walletIds, async (ids) => {
      const rows = await this.database.query<StoredRule & { walletId: string }>(
        `SELECT w.id AS "walletId", r.program_id AS "programId", r.wecom_tag_id AS "wecomTagId", NULL AS level,
                r.balance_from AS "from", r.balance_below AS below
           FROM loyalty.tag_rules r
           JOIN loyalty.wallets w ON w.corp_id = r.corp_id AND w.program_id = r.program_id AND w.key = $3
          WHERE r.corp_id = $1 AND w.id = ANY ($2::uuid[]) AND r.level IS NULL`,
        [this.database.corpId, ids, POINTS_WALLET],
      );
      const wallets = new Map<string, WalletBands>();
      for (const id of new Set(rows.map(({ walletId }) => walletId))) {
        const own = rows.filter(({ walletId }) => walletId === id);
        wallets.set(id, { programId: own[0]?.programId ?? '', bands: rulesOf(own).bands });
      }
      return wallets;
    });
  }
}

const SELECT = `
  SELECT program_id AS "programId", wecom_tag_id AS "wecomTagId", level, balance_from AS "from", balance_below AS below
    FROM loyalty.tag_rules WHERE corp_id = $1`;

function rulesOf(rows: readonly StoredRule[]): TagRules {
  return {
    levels: rows.flatMap(({ level, wecomTagId }) => (level === null ? [] : [{ level, wecomTagId }])),
    bands: rows.flatMap(({ from, below, wecomTagId }) =>
      from === null ? [] : [{ from, below, wecomTagId }],
    ),
  };
}
