export const GRANT_TRIGGERS = ['level', 'streak', 'purchase', 'tag'] as const;
export type GrantTrigger = (typeof GRANT_TRIGGERS)[number];

export const STREAK_MAX = 3_650;
export const RULES_MAX = 1_000;
/** Enabled ones that the same thing fulfils: all that an event promises is granted in one transaction. */
export const RULES_ALIKE_MAX = 10;

/** What has to happen. */
export type GrantCondition =
  /** Reached from below, in a program. */
  | { readonly trigger: 'level'; readonly programId: string; readonly level: string }
  /** So many days in a row, in a program: on that day, not on the days after. */
  | { readonly trigger: 'streak'; readonly programId: string; readonly days: number }
  /** An order of at least so much, 分. */
  | { readonly trigger: 'purchase'; readonly amountMin: number }
  /** A corp tag was put on one of the customer's relations; WeCom's id of it. */
  | { readonly trigger: 'tag'; readonly wecomTagId: string };

/** What a rule is since some moment. Never changes: another wish is another version. */
export interface GrantRuleVersion {
  readonly version: number;
  readonly batchId: string;
  /** false: nothing is granted from then on. */
  readonly enabled: boolean;
  readonly condition: GrantCondition;
  readonly owner: string;
  readonly inForceFrom: Date;
}

/** One coupon of a batch whenever something happens to a customer. With its present version. */
export interface GrantRule extends GrantRuleVersion {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Something that happened to a customer, as rules see it. */
export type Happening = { readonly customerId: string; readonly eventKey: string } & (
  | {
      readonly trigger: 'level';
      readonly programId: string;
      /** Keys of the levels that he reached, those he passed included. */
      readonly reached: readonly string[];
    }
  | { readonly trigger: 'streak'; readonly programId: string; readonly days: number }
  | { readonly trigger: 'purchase'; readonly amount: number }
  | { readonly trigger: 'tag'; readonly wecomTagId: string }
);

export function fulfils(happening: Happening, condition: GrantCondition): boolean {
  switch (happening.trigger) {
    case 'level':
      return (
        condition.trigger === 'level' &&
        condition.programId === happening.programId &&
        happening.reached.includes(condition.level)
      );
    case 'streak':
      return (
        condition.trigger === 'streak' &&
        condition.programId === happening.programId &&
        condition.days === happening.days
      );
    case 'purchase':
      return condition.trigger === 'purchase' && happening.amount >= condition.amountMin;
    case 'tag':
      return condition.trigger === 'tag' && condition.wecomTagId === happening.wecomTagId;
  }
}

/** The levels above the one that he had, up to the one that he has. @param order the lowest first */
export function levelsReached(order: readonly string[], from: string | null, to: string): string[] {
  const had = from === null ? -1 : order.indexOf(from);
  return order.slice(had + 1, order.indexOf(to) + 1);
}

/** What came of one happening for one rule. */
export interface Grant {
  readonly id: string;
  readonly customerId: string;
  readonly eventKey: string;
  readonly version: number;
  readonly couponId: string | null;
  /** Why there is none; it is not tried again. */
  readonly refusal: string | null;
  readonly grantedAt: Date;
}
