/** A step of a stepped discount: from this much on, so much off. 分 */
export interface Step {
  readonly from: number;
  readonly off: number;
}

/** What the coupon is worth. Amounts in 分. */
export type Benefit =
  | { readonly kind: 'fixed'; readonly amount: number }
  /** `percentOff` 1..99 */
  | { readonly kind: 'percentage'; readonly percentOff: number; readonly cap?: number }
  /** 满减: the highest step that the amount reaches counts. */
  | { readonly kind: 'stepped'; readonly steps: readonly Step[] }
  /** 换购: one piece of one of these products at this price. */
  | { readonly kind: 'exchange'; readonly products: readonly string[]; readonly price: number }
  | { readonly kind: 'gift'; readonly product: string; readonly quantity: number }
  | { readonly kind: 'shipping'; readonly cap?: number };

export type BenefitKind = Benefit['kind'];
export const BENEFIT_KINDS = ['fixed', 'percentage', 'stepped', 'exchange', 'gift', 'shipping'] as const;

/** Of a day, in the batch's zone: from inclusive, until exclusive; `24:00` is the end of the day. */
export interface Hours {
  readonly from: string;
  readonly until: string;
}

export type ValidityPeriod =
  | { readonly kind: 'absolute'; readonly from: Date; readonly until: Date }
  /** Whole days of the batch's zone: 0 begins at once, 1 at the next midnight; `days` later it ends at a midnight. */
  | { readonly kind: 'after_claim'; readonly startsAfterDays: number; readonly days: number };

/** When the coupon can be used: a window of time, in it only on these weekdays (1 = Monday) and at these hours. */
export type Validity = ValidityPeriod & {
  readonly weekdays?: readonly number[];
  readonly hours?: readonly Hours[];
};

/** What is absent does not matter; of a list any one is enough. */
export interface Conditions {
  readonly channels?: readonly string[];
  /** Codes of stores. */
  readonly stores?: readonly string[];
  readonly products?: readonly string[];
  readonly categories?: readonly string[];
  /** Keys of levels of the default loyalty program. */
  readonly levels?: readonly string[];
}

export const STACKINGS = ['none', 'other_groups', 'all'] as const;

export interface Stacking {
  readonly group: string;
  /** Beside which other coupons of a cart it may be used: none; those of other groups; any. */
  readonly withOthers: (typeof STACKINGS)[number];
  /** Which is applied first: the smaller. */
  readonly priority?: number;
}

export const REVERSALS = ['return', 'used_up'] as const;

/** All that a coupon promises. Never changes once it is a version. Money in 分, at most 1,000,000,000,000. */
export interface CouponTerms {
  readonly benefit: Benefit;
  /** Over the items that the conditions let in. */
  readonly minimumSpend?: number;
  readonly validity: Validity;
  readonly conditions: Conditions;
  readonly stacking: Stacking;
  /** Whether a whole reversal gives the coupon back. */
  readonly reversal: (typeof REVERSALS)[number];
}

/** Terms as jsonb gives them back: times are texts there. */
export function termsOf(stored: CouponTerms): CouponTerms {
  const { validity } = stored;
  if (validity.kind !== 'absolute') return stored;
  return {
    ...stored,
    validity: { ...validity, from: new Date(validity.from), until: new Date(validity.until) },
  };
}
