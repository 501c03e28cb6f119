import { Injectable } from '@nestjs/common';
import { Batches } from '../../batches/queries/batches.js';
import {
  type Grant,
  type GrantRule,
  type GrantRuleVersion,
  RULES_ALIKE_MAX,
  RULES_MAX,
} from '../domain/grant-rule.js';
import { grantsErrors } from '../grants.errors.js';
import { GrantRuleStore, type WantedVersion } from '../persistence/grant-rule-store.js';
import { GrantStore } from '../persistence/grant-store.js';

/** Rules of grants: made, changed by a new version, shown with what they granted. Inside an open unit of work. */
@Injectable()
export class GrantRules {
  constructor(
    private readonly store: GrantRuleStore,
    private readonly grants: GrantStore,
    private readonly batches: Batches,
  ) {}

  /** @throws coupons.batch_not_found, grant_rules_full, grant_rules_alike */
  async create(name: string, wanted: WantedVersion): Promise<GrantRule> {
    await this.assertSound(wanted, null);
    if ((await this.store.count()) >= RULES_MAX) throw grantsErrors.grant_rules_full({ max: RULES_MAX });
    return this.get(await this.store.insert(name, wanted));
  }

  /** @throws coupons.grant_rule_not_found, batch_not_found, grant_rules_alike */
  async replace(id: string, name: string, wanted: WantedVersion): Promise<GrantRule> {
    await this.assertSound(wanted, id);
    if (!(await this.store.replace(id, name, wanted))) throw grantsErrors.grant_rule_not_found();
    return this.get(id);
  }

  /** @throws coupons.grant_rule_not_found */
  async get(id: string): Promise<GrantRule> {
    const found = await this.store.find(id);
    if (!found) throw grantsErrors.grant_rule_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<GrantRule[]> {
    return this.store.list(after, limit);
  }

  /** @throws coupons.grant_rule_not_found */
  async versions(
    id: string,
    after: { version: number } | undefined,
    limit: number,
  ): Promise<GrantRuleVersion[]> {
    await this.get(id);
    return this.store.listVersions(id, after, limit);
  }

  /** @throws coupons.grant_rule_not_found */
  async granted(id: string, after: { id: string } | undefined, limit: number): Promise<Grant[]> {
    await this.get(id);
    return this.grants.list(id, after, limit);
  }

  private async assertSound(
    { batchId, enabled, condition }: WantedVersion,
    of: string | null,
  ): Promise<void> {
    await this.batches.get(batchId);
    if (enabled && (await this.store.countAlike(condition, of)) >= RULES_ALIKE_MAX)
      throw grantsErrors.grant_rules_alike();
  }
}
