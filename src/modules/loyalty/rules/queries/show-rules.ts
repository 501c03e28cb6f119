import { Injectable } from '@nestjs/common';
import { RuleStore, type StoredRule, type StoredVersion } from '../persistence/rule-store.js';
import { rulesErrors } from '../rules.errors.js';

/** What the API shows of rules. Inside an open unit of work. */
@Injectable()
export class ShowRules {
  constructor(private readonly store: RuleStore) {}

  /** The oldest first. */
  list(
    filter: { programId?: string },
    after: { id: string } | undefined,
    limit: number,
  ): Promise<StoredRule[]> {
    return this.store.list(filter, after, limit);
  }

  /** @throws loyalty.rule_not_found */
  async get(ruleId: string): Promise<StoredRule> {
    const rule = await this.store.find(ruleId);
    if (!rule) throw rulesErrors.rule_not_found();
    return rule;
  }

  /** The newest first. @throws loyalty.rule_not_found */
  async versions(
    ruleId: string,
    before: { version: number } | undefined,
    limit: number,
  ): Promise<StoredVersion[]> {
    await this.get(ruleId);
    return this.store.versions(ruleId, before, limit);
  }
}
