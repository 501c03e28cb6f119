import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { RuleContent, RuleVersion } from '../domain/rule.js';

/** A version as it is listed. */
export interface StoredVersion extends RuleVersion {
  readonly createdAt: Date;
  readonly createdBy: string;
}

export interface StoredRule {
  readonly id: string;
  readonly programId: string;
  readonly name: string;
  readonly createdAt: Date;
  /** The newest version. */
  readonly latest: StoredVersion;
  /** The one in force, if any is. */
  readonly inForce: StoredVersion | null;
}

export interface NewRule extends Pick<StoredRule, 'id' | 'programId' | 'name' | 'createdAt'> {
  /** The preset that it is made of. */
  readonly preset?: string;
}

const VERSION = `json_build_object('id', v.id, 'ruleId', v.rule_id, 'programId', r.program_id, 'version', v.version,
  'content', v.content, 'inForceFrom', v.in_force_from, 'inForceTo', v.in_force_to, 'createdAt', v.created_at,
  'createdBy', v.created_by)`;

const RULES = `
  SELECT r.id, r.program_id AS "programId", r.name, r.created_at AS "createdAt",
         (SELECT ${VERSION} FROM loyalty.earning_rule_versions v WHERE v.corp_id = $1 AND v.rule_id = r.id
           ORDER BY v.version DESC LIMIT 1) AS latest,
         (SELECT ${VERSION} FROM loyalty.earning_rule_versions v WHERE v.corp_id = $1 AND v.rule_id = r.id
             AND v.in_force_from IS NOT NULL AND v.in_force_to IS NULL) AS "inForce"
    FROM loyalty.earning_rules r WHERE r.corp_id = $1`;

const VERSIONS = `
  SELECT v.id, v.rule_id AS "ruleId", r.program_id AS "programId", v.version, v.content,
         v.in_force_from AS "inForceFrom", v.in_force_to AS "inForceTo", v.created_at AS "createdAt",
         v.created_by AS "createdBy"
    FROM loyalty.earning_rule_versions v
    JOIN loyalty.earning_rules r ON r.corp_id = $1 AND r.id = v.rule_id WHERE v.corp_id = $1`;

/** Rules and their versions. Inside an open unit of work. */
@Injectable()
export class RuleStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<StoredRule | undefined> {
    const rule = await this.database.maybeOne<StoredRule>(`${RULES} AND r.id = $2`, [
      this.database.corpId,
      id,
    ]);
    return rule && withDates(rule);
  }

  /** The one rule of a program that was made of a preset. */
  async findPreset(programId: string, preset: string): Promise<StoredRule | undefined> {
    const rule = await this.database.maybeOne<StoredRule>(
      `${RULES} AND r.program_id = $2 AND r.preset = $3`,
      [this.database.corpId, programId, preset],
    );
    return rule && withDates(rule);
  }

  /** Rules are made one at a time, or two at once could pass the limit. */
  async takeTurn(): Promise<void> {
    await this.database.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('loyalty.earning-rules:' || $1, 0))`,
      [this.database.corpId],
    );
  }

  /** The oldest first. */
  async list(
    filter: { programId?: string },
    after: { id: string } | undefined,
    limit: number,
  ): Promise<StoredRule[]> {
    const rules = await this.database.query<StoredRule>(
      `${RULES} AND ($2::uuid IS NULL OR r.program_id = $2) AND ($3::uuid IS NULL OR r.id > $3) ORDER BY r.id LIMIT $4`,
      [this.database.corpId, filter.programId ?? null, after?.id ?? null, limit],
    );
    return rules.map(withDates);
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*) AS count FROM loyalty.earning_rules WHERE corp_id = $1',
      [this.database.corpId],
    );
    return count;
  }

  /** The newest first. */
  versions(ruleId: string, before: { version: number } | undefined, limit: number): Promise<StoredVersion[]> {
    return this.database.query<StoredVersion>(
      `${VERSIONS} AND v.rule_id = $2 AND ($3::int IS NULL OR v.version < $3) ORDER BY v.version DESC LIMIT $4`,
      [this.database.corpId, ruleId, before?.version ?? null, limit],
    );
  }

  findVersion(ruleId: string, version: number): Promise<StoredVersion | undefined> {
    return this.database.maybeOne<StoredVersion>(`${VERSIONS} AND v.rule_id = $2 AND v.version = $3`, [
      this.database.corpId,
      ruleId,
      version,
    ]);
  }

  versionsByIds(ids: readonly string[]): Promise<StoredVersion[]> {
    return this.database.query<StoredVersion>(`${VERSIONS} AND v.id = ANY($2::uuid[])`, [
      this.database.corpId,
      ids,
    ]);
  }

  /** Those that react to one of the triggers and were in force at any instant between. */
  inForce(triggers: readonly string[], from: Date, to: Date): Promise<StoredVersion[]> {
    return this.database.query<StoredVersion>(
      `${VERSIONS} AND v.trigger = ANY($2::text[]) AND v.in_force_from <= $4
          AND (v.in_force_to IS NULL OR v.in_force_to > $3)`,
      [this.database.corpId, triggers, from, to],
    );
  }

  /** Of each rule that ever reacted to it the version that did so last. */
  reacting(trigger: string): Promise<StoredVersion[]> {
    return this.database.query<StoredVersion>(
      `SELECT DISTINCT ON (v."ruleId") v.* FROM (${VERSIONS} AND v.trigger = $2 AND v.in_force_from IS NOT NULL) v
        ORDER BY v."ruleId", v."inForceFrom" DESC LIMIT 1000`,
      [this.database.corpId, trigger],
    );
  }

  /** Whether any rule ever reacted to it; left out: to anything. */
  async isTrigger(trigger?: string): Promise<boolean> {
    const found = await this.database.maybeOne(
      `SELECT 1 AS one FROM loyalty.earning_rule_versions
        WHERE corp_id = $1 AND ($2::text IS NULL OR trigger = $2) AND in_force_from IS NOT NULL LIMIT 1`,
      [this.database.corpId, trigger ?? null],
    );
    return found !== undefined;
  }

  async insert(rule: NewRule): Promise<void> {
    const { id, programId, name, preset = null, createdAt } = rule;
    await this.database.execute(
      `INSERT INTO loyalty.earning_rules (corp_id, id, program_id, name, preset, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [this.database.corpId, id, programId, name, preset, createdAt],
    );
  }

  async insertVersion(version: {
    id: string;
    ruleId: string;
    version: number;
    content: RuleContent;
    createdAt: Date;
    createdBy: string;
  }): Promise<void> {
    const { id, ruleId, content, createdAt, createdBy } = version;
    await this.database.execute(
      `INSERT INTO loyalty.earning_rule_versions (corp_id, id, rule_id, version, trigger, content, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)`,
      [
        this.database.corpId,
        id,
        ruleId,
        version.version,
        content.trigger,
        JSON.stringify(content),
        createdAt,
        createdBy,
      ],
    );
  }

  /** Changes of one rule come one after the other. @returns false: there is no such rule. */
  async lock(ruleId: string): Promise<boolean> {
    const found = await this.database.maybeOne(
      'SELECT id FROM loyalty.earning_rules WHERE corp_id = $1 AND id = $2 FOR NO KEY UPDATE',
      [this.database.corpId, ruleId],
    );
    return found !== undefined;
  }

  /** @returns how many were in force, 0 or 1 */
  end(ruleId: string, at: Date): Promise<number> {
    return this.database.execute(
      `UPDATE loyalty.earning_rule_versions SET in_force_to = greatest(in_force_from, $3)
        WHERE corp_id = $1 AND rule_id = $2 AND in_force_from IS NOT NULL AND in_force_to IS NULL`,
      [this.database.corpId, ruleId, at],
    );
  }

  async putInForce(versionId: string, at: Date): Promise<void> {
    await this.database.execute(
      'UPDATE loyalty.earning_rule_versions SET in_force_from = $3 WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, versionId, at],
    );
  }
}

/** JSON holds times as texts. */
function withDates(rule: StoredRule): StoredRule {
  return {
    ...rule,
    latest: versionWithDates(rule.latest),
    inForce: rule.inForce && versionWithDates(rule.inForce),
  };
}

function versionWithDates(version: StoredVersion): StoredVersion {
  const { inForceFrom, inForceTo, createdAt } = version;
  return {
    ...version,
    createdAt: new Date(createdAt),
    inForceFrom: inForceFrom && new Date(inForceFrom),
    inForceTo: inForceTo && new Date(inForceTo),
  };
}
