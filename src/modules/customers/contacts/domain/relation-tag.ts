export const RELATION_TAG_KINDS = ['corp', 'personal', 'strategy'] as const;
export type RelationTagKind = (typeof RELATION_TAG_KINDS)[number];

/** A tag on one follow relation. */
export interface RelationTag {
  readonly kind: RelationTagKind;
  /** WeCom's tag id; for a personal tag, which has none, its name. */
  readonly tag: string;
  readonly name?: string;
}

const STRATEGY_TAG_PREFIX = 'st';

/** The batch listing gives ids only and mixes both kinds; their prefixes tell them apart (rest-api.md section 1.1). */
export function tagOfId(id: string): RelationTag {
  return { kind: id.startsWith(STRATEGY_TAG_PREFIX) ? 'strategy' : 'corp', tag: id };
}
