import type { PeriodKind } from '../../programs/domain/program-time.js';

/** Of a corp. */
export const RULES_MAX = 1_000;
/** Points of one award, and every limit; the ledger's own bound. */
export const POINTS_MAX = 1_000_000_000_000;
export const CONDITIONS_MAX = 50;
export const DEPTH_MAX = 5;
export const LIST_MAX = 100;
export const STEPS_MAX = 50;
export const CAPS_MAX = 10;
export const LEVELS_MAX = 20;
export const TEXT_MAX = 200;
export const KEY_MAX = 64;
/** Of a multiplier: a hundred times the amount. */
export const PERCENT_MAX = 10_000;
export const DAYS_MAX = 366;
export const COOL_DOWN_MINUTES_MAX = 527_040;

export type Scalar = string | number | boolean;

export const LEAF_SUBJECTS = ['event', 'profile', 'tag', 'level'] as const;
export const LEAF_OPERATORS = ['exists', 'missing', 'in', 'notIn', 'gte', 'lt'] as const;

/**
 * A question about one value: of the event's data, of the member's profile, whether he carries one of the corp tags
 * (WeCom's ids), or which level he has. A value that is missing answers only `missing` and `notIn` with yes.
 */
export interface Leaf {
  readonly of: (typeof LEAF_SUBJECTS)[number];
  /** The event's property or the profile's field; a tag and a level have none. */
  readonly key?: string;
  readonly is: (typeof LEAF_OPERATORS)[number];
  /** Of `in` and `notIn` a list, of `gte` and `lt` one number or text; times and dates compare as texts. */
  readonly value?: Scalar | readonly Scalar[];
}

/** Under which conditions a rule applies. No condition: always. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Leaf;

/** What an event earns before caps. Parts of a point are dropped. */
export type Amount =
  | { readonly kind: 'fixed'; readonly points: number }
  /** `points` for every full `per` of the property: money in 分, so 1 point a yuan is per 100. */
  | { readonly kind: 'perUnit'; readonly property: string; readonly per: number; readonly points: number }
  /** The points of the highest step that the property reaches; below the first step nothing. */
  | { readonly kind: 'steps'; readonly property: string; readonly steps: readonly Step[] };

export interface Step {
  readonly from: number;
  readonly points: number;
}

export const CAP_PERIODS = ['day', 'week', 'month', 'lifetime'] as const satisfies readonly PeriodKind[];

/** At most so many points in a period of the program's time zone, by when the event happened. */
export interface Cap {
  /** `program`: counted together with all rules of the program that have a cap of the same form. */
  readonly of: 'rule' | 'program';
  readonly per: 'all' | 'member' | 'group';
  /** Of a group: which property of the event names the group chat, the store or whatever else. */
  readonly property?: string;
  readonly period: (typeof CAP_PERIODS)[number];
  readonly points: number;
}

/** What one version of a rule says; never changed once stored, since entries name it. */
export interface RuleContent {
  /** A type of customer event (`order_paid`, `shop.cart_abandoned`) or an event of a module (see `triggers.ts`). */
  readonly trigger: string;
  readonly wallet: string;
  /** Who earns: whose event it is, or whoever the property names by his public customer id (an inviter). */
  readonly beneficiary: 'customer' | { readonly property: string };
  readonly conditions: Condition | null;
  readonly amount: Amount;
  /** Percent by level; 100 for a level that is not named. */
  readonly levelPercent: Readonly<Record<string, number>>;
  readonly caps: readonly Cap[];
  /** Whether points that are taken back make room under the caps again. */
  readonly givesCapBack: boolean;
  /** Between two awards of this rule to one member; 0: none. */
  readonly coolDownMinutes: number;
  /** The time of the event decides, the second is not part of it. ISO text. */
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  /** The larger is asked first. */
  readonly priority: number;
  /** Of the rules of a group only the first that applies earns. */
  readonly exclusiveGroup: string | null;
  /** The points come so many days after the event. */
  readonly holdDays: number;
  /** Taken back when the event's customer leaves within so many days after it; 0: never. */
  readonly clawBackDays: number;
}

/** A version as the evaluator sees it. */
export interface RuleVersion {
  readonly id: string;
  readonly ruleId: string;
  readonly version: number;
  readonly programId: string;
  readonly content: RuleContent;
  /** When it was in force, by the time of events. */
  readonly inForceFrom: Date | null;
  readonly inForceTo: Date | null;
}
