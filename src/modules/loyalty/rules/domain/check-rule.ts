import { rulesErrors } from '../rules.errors.js';
import { leavesOf } from './conditions.js';
import type { RuleContent } from './rule.js';
import type { TriggerProperty } from './triggers.js';

/** What a rule may name. */
export interface RuleCatalogue {
  /** By trigger. */
  readonly triggers: ReadonlyMap<string, readonly TriggerProperty[]>;
  readonly profileFields: ReadonlySet<string>;
  readonly wallets: ReadonlySet<string>;
}

const NUMBERS: readonly TriggerProperty['kind'][] = ['integer', 'amount'];
const NAMES: readonly TriggerProperty['kind'][] = ['text', 'integer', 'boolean'];

/** @throws loyalty.rule_trigger_unknown, rule_property_unknown, rule_invalid, rule_expired */
export function checkRule(content: RuleContent, catalogue: RuleCatalogue, now: Date): void {
  const properties = catalogue.triggers.get(content.trigger);
  if (!properties) throw rulesErrors.rule_trigger_unknown({ field: '/trigger' });
  if (!catalogue.wallets.has(content.wallet)) throw rulesErrors.rule_invalid({ field: '/wallet' });
  checkTimes(content, now);
  checkAmount(content);
  checkNames(content, properties, catalogue.profileFields);
}

/** @throws loyalty.rule_invalid, rule_expired */
export function checkTimes({ startsAt, endsAt }: RuleContent, now: Date): void {
  if (endsAt === null) return;
  if (startsAt !== null && startsAt >= endsAt) throw rulesErrors.rule_invalid({ field: '/endsAt' });
  if (Date.parse(endsAt) <= now.getTime()) throw rulesErrors.rule_expired({ field: '/endsAt' });
}

function checkAmount({ amount, caps }: RuleContent): void {
  if (amount.kind === 'steps') {
    const isRising = amount.steps.every(({ from }, n) => n === 0 || from > (amount.steps[n - 1]?.from ?? 0));
    if (!isRising) throw rulesErrors.rule_invalid({ field: '/amount/steps' });
  }
  for (const [n, { per, property }] of caps.entries()) {
    if ((per === 'group') !== (property !== undefined))
      throw rulesErrors.rule_invalid({ field: `/caps/${n}/property` });
  }
}

function checkNames(
  { amount, beneficiary, caps, conditions }: RuleContent,
  properties: readonly TriggerProperty[],
  profileFields: ReadonlySet<string>,
): void {
  const kinds = new Map(properties.map(({ key, kind }) => [key, kind]));
  const ask = (key: string, allowed: readonly TriggerProperty['kind'][], field: string): void => {
    const kind = kinds.get(key);
    if (!kind || !allowed.includes(kind)) throw rulesErrors.rule_property_unknown({ field });
  };
  if (amount.kind !== 'fixed') ask(amount.property, NUMBERS, '/amount/property');
  if (beneficiary !== 'customer') ask(beneficiary.property, ['text'], '/beneficiaryProperty');
  for (const [n, { property }] of caps.entries())
    if (property !== undefined) ask(property, NAMES, `/caps/${n}/property`);
  for (const { of, key = '' } of leavesOf(conditions)) {
    const isKnown = of === 'event' ? kinds.has(key) : of !== 'profile' || profileFields.has(key);
    if (!isKnown) throw rulesErrors.rule_property_unknown({ field: '/conditions', key });
  }
}
