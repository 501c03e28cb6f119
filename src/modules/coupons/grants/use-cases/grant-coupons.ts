import { Injectable } from '@nestjs/common';
import { ORDERS_PER_CALL_MAX } from '../../claims/domain/issue-order.js';
import { Issuance } from '../../claims/use-cases/issuance.js';
import { fulfils, type GrantTrigger, type Happening } from '../domain/grant-rule.js';
import { GrantRuleStore } from '../persistence/grant-rule-store.js';
import { type DueGrant, GrantStore } from '../persistence/grant-store.js';

/**
 * Grants what rules promise, in the unit of work that marks the event as heard. Nothing is taken back later, whatever becomes
 * of the order, the level or the tag; and what a batch refuses is written down and not tried again.
 */
@Injectable()
export class GrantCoupons {
  constructor(
    private readonly rules: GrantRuleStore,
    private readonly grants: GrantStore,
    private readonly issuance: Issuance,
  ) {}

  /** @param at when it was told: the version of each rule that was in force then decides */
  async grant(trigger: GrantTrigger, at: Date, happenings: readonly Happening[]): Promise<void> {
    if (happenings.length === 0) return;
    const rules = await this.rules.inForce(trigger, at);
    const due = rules.flatMap(({ ruleId, version, batchId, condition }) =>
      happenings
        .filter((happening) => fulfils(happening, condition))
        .map(({ customerId, eventKey }): DueGrant => ({ ruleId, version, batchId, customerId, eventKey })),
    );
    for (let from = 0; from < due.length; from += ORDERS_PER_CALL_MAX)
      await this.issue(await this.grants.add(due.slice(from, from + ORDERS_PER_CALL_MAX)));
  }

  private async issue(due: readonly DueGrant[]): Promise<void> {
    if (due.length === 0) return;
    const results = await this.issuance.issue(
      due.map(({ ruleId, batchId, customerId, eventKey }) => ({
        key: `grant:${ruleId}:${customerId}:${eventKey}`,
        batchId,
        customerId,
        source: 'grant',
        sourceId: ruleId,
      })),
    );
    await this.grants.note(
      due.map((one, at) => {
        const result = results[at];
        if (!result) throw new Error('a grant has no result');
        return result.outcome === 'issued'
          ? { ...one, couponId: result.couponId, refusal: null }
          : { ...one, couponId: null, refusal: result.code };
      }),
    );
  }
}
