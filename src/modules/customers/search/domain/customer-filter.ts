import type { GivenIdentifier } from '../../identity/domain/identifier.js';

export const SEARCH_SORTS = ['oldest', 'newest'] as const;
/** By when we first stored the customer, which the id tells and nothing changes. */
export type SearchSort = (typeof SEARCH_SORTS)[number];

/** From requests a Date, from a stored view the same as text. */
type Time = Date | string;

/** What must hold for one and the same relation. */
export interface RelationFilter {
  readonly staffUserIds?: readonly string[];
  readonly relationState?: 'active' | 'ended';
  readonly addWays?: readonly number[];
  readonly states?: readonly string[];
  readonly followedFrom?: Time;
  readonly followedTo?: Time;
}

/** Which of them suits is a matter of the field's type. */
export interface FieldFilter {
  readonly key: string;
  /** Texts, choices, paths with `/` between their levels: any of them. */
  readonly anyOf?: readonly string[];
  readonly is?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Days, `1990-05-20`; the second is not part of it. */
  readonly from?: string;
  readonly to?: string;
}

/** All that is given must hold; of a list one is enough. */
export interface CustomerFilter {
  readonly names?: readonly string[];
  readonly phones?: readonly string[];
  readonly identifiers?: readonly GivenIdentifier[];
  readonly relation?: RelationFilter;
  readonly anyTags?: readonly string[];
  readonly allTags?: readonly string[];
  readonly stages?: readonly string[];
  readonly createdFrom?: Time;
  readonly createdTo?: Time;
  readonly updatedFrom?: Time;
  readonly updatedTo?: Time;
  readonly fields?: readonly FieldFilter[];
}
