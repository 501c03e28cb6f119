import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Ids } from '../../../../platform/clock/ids.js';
import { Database } from '../../../../platform/database/database.js';
import type { GrantCondition, GrantRule, GrantRuleVersion, GrantTrigger } from '../domain/grant-rule.js';

const VERSION = `v.version, v.batch_id AS "batchId", v.enabled, v.condition, v.owner, v.in_force_from AS "inForceFrom"`;
const PRESENT = `SELECT r.id, r.name, r.created_at AS "createdAt", ${VERSION}
  FROM coupons.grant_rules r
  JOIN coupons.grant_rule_versions v ON v.corp_id = $1 AND v.rule_id = r.id AND v.version = r.version`;

export type WantedVersion = Pick<GrantRuleVersion, 'batchId' | 'enabled' | 'condition' | 'owner'>;

/** Rules of grants with their versions. Inside an open unit of work. */
@Injectable()
export class GrantRuleStore {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async insert(name: string, wanted: WantedVersion): Promise<string> {
    const id = this.ids.next();
    await this.database.execute(
      'INSERT INTO coupons.grant_rules (corp_id, id, name, version, created_at) VALUES ($1, $2, $3, 1, $4)',
      [this.database.corpId, id, name, this.clock.now()],
    );
    await this.addVersion(id, 1, wanted);
    return id;
  }

  /** Of two who change a rule the second one waits, and makes the version after. @returns false: there is no such rule */
  async replace(id: string, name: string, wanted: WantedVersion): Promise<boolean> {
    const changed = await this.database.maybeOne<{ version: number }>(
      `UPDATE coupons.grant_rules SET name = $3, version = version + 1 WHERE corp_id = $1 AND id = $2 RETURNING version`,
      [this.database.corpId, id, name],
    );
    if (changed) await this.addVersion(id, changed.version, wanted);
    return changed !== undefined;
  }

  async find(id: string): Promise<GrantRule | undefined> {
    return this.database.maybeOne<GrantRule>(`${PRESENT} WHERE r.corp_id = $1 AND r.id = $2`, [
      this.database.corpId,
      id,
    ]);
  }

  /** Newest first. */
  list(after: { id: string } | undefined, limit: number): Promise<GrantRule[]> {
    return this.database.query<GrantRule>(
      `${PRESENT} WHERE r.corp_id = $1 AND ($2::uuid IS NULL OR r.id < $2) ORDER BY r.id DESC LIMIT $3`,
      [this.database.corpId, after?.id ?? null, limit],
    );
  }

  listVersions(
    id: string,
    after: { version: number } | undefined,
    limit: number,
  ): Promise<GrantRuleVersion[]> {
    return this.database.query<GrantRuleVersion>(
      `SELECT ${VERSION} FROM coupons.grant_rule_versions v
        WHERE v.corp_id = $1 AND v.rule_id = $2 AND ($3::int IS NULL OR v.version < $3) ORDER BY v.version DESC LIMIT $4`,
      [this.database.corpId, id, after?.version ?? null, limit],
    );
  }

  async count(): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      'SELECT count(*) AS count FROM coupons.grant_rules WHERE corp_id = $1',
      [this.database.corpId],
    );
    return count;
  }

  /** Enabled ones that wait for the same, of purchases whatever their amount. @param but not counting this one */
  async countAlike(condition: GrantCondition, but: string | null): Promise<number> {
    const { count } = await this.database.one<{ count: number }>(
      `SELECT count(*) AS count
         FROM coupons.grant_rules r
         JOIN coupons.grant_rule_versions v ON v.corp_id = $1 AND v.rule_id = r.id AND v.version = r.version
        WHERE r.corp_id = $1 AND r.id IS DISTINCT FROM $3::uuid AND v.enabled AND v.trigger = $2
          AND v.condition - 'amountMin' = $4::jsonb - 'amountMin'`,
      [this.database.corpId, condition.trigger, but, JSON.stringify(condition)],
    );
    return count;
  }

  /** The version of each rule that was in force at a moment, those of this trigger that granted then. */
  inForce(trigger: GrantTrigger, at: Date): Promise<(GrantRuleVersion & { ruleId: string })[]> {
    return this.database.query(
      `SELECT v.rule_id AS "ruleId", ${VERSION} FROM coupons.grant_rule_versions v
        WHERE v.corp_id = $1 AND v.trigger = $2 AND v.enabled AND v.in_force_from <= $3
          AND NOT EXISTS (SELECT FROM coupons.grant_rule_versions n WHERE n.corp_id = $1 AND n.rule_id = v.rule_id
                             AND n.version > v.version AND n.in_force_from <= $3)
        ORDER BY v.rule_id`,
      [this.database.corpId, trigger, at],
    );
  }

  private async addVersion(
    id: string,
    version: number,
    { batchId, enabled, condition, owner }: WantedVersion,
  ): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.grant_rule_versions (corp_id, rule_id, version, batch_id, enabled, trigger, condition, owner,
              in_force_from)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        this.database.corpId,
        id,
        version,
        batchId,
        enabled,
        condition.trigger,
        JSON.stringify(condition),
        owner,
        this.clock.now(),
      ],
    );
  }
}
