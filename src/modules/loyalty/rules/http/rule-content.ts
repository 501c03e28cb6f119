import { isText, readCondition } from '../domain/read-condition.js';
import { type Amount, KEY_MAX, LEVELS_MAX, PERCENT_MAX, type RuleContent } from '../domain/rule.js';
import { rulesErrors } from '../rules.errors.js';
import type { AmountDto, RuleContentDto } from './rule.dto.js';

/** What fits together is a matter of the rule, not of each field. @throws loyalty.rule_invalid */
export function contentOf(dto: RuleContentDto): RuleContent {
  const { trigger, wallet, caps, givesCapBack, coolDownMinutes, priority, exclusiveGroup } = dto;
  return {
    trigger,
    wallet,
    beneficiary: dto.beneficiaryProperty === null ? 'customer' : { property: dto.beneficiaryProperty },
    conditions: dto.conditions === null ? null : readCondition(dto.conditions),
    amount: amountOf(dto.amount),
    levelPercent: percentsOf(dto.levelPercent),
    caps: caps.map(({ property, ...cap }) => ({ ...cap, ...(property !== undefined && { property }) })),
    givesCapBack,
    coolDownMinutes,
    startsAt: dto.startsAt?.toISOString() ?? null,
    endsAt: dto.endsAt?.toISOString() ?? null,
    priority,
    exclusiveGroup,
    holdDays: dto.holdDays,
    clawBackDays: dto.clawBackDays,
  };
}

function amountOf({ kind, points, property, per, steps }: AmountDto): Amount {
  const given = { points, property, per, steps };
  const ask = <K extends keyof typeof given>(...names: K[]): void => {
    for (const [name, value] of Object.entries(given)) {
      if (names.some((one) => one === name) !== (value !== undefined))
        throw rulesErrors.rule_invalid({ field: `/amount/${name}` });
    }
  };
  if (kind === 'fixed') ask('points');
  else if (kind === 'perUnit') ask('points', 'property', 'per');
  else ask('property', 'steps');
  const [count = 0, name = ''] = [points, property];
  if (kind === 'fixed') return { kind, points: count };
  if (kind === 'perUnit') return { kind, property: name, per: per ?? 1, points: count };
  return {
    kind,
    property: name,
    steps: (steps ?? []).map((step) => ({ from: step.from, points: step.points })),
  };
}

function percentsOf(given: Record<string, unknown>): Record<string, number> {
  const entries = Object.entries(given).map(([level, percent]) => {
    const fits =
      typeof percent === 'number' && Number.isInteger(percent) && percent >= 0 && percent <= PERCENT_MAX;
    if (!fits || !isText(level, KEY_MAX)) throw rulesErrors.rule_invalid({ field: '/levelPercent' });
    return [level, percent] as const;
  });
  if (entries.length > LEVELS_MAX) throw rulesErrors.rule_invalid({ field: '/levelPercent' });
  return Object.fromEntries(entries);
}

/** As it was sent. */
export function contentView({ beneficiary, ...content }: RuleContent): object {
  return { ...content, beneficiaryProperty: beneficiary === 'customer' ? null : beneficiary.property };
}
